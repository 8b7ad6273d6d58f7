//! Points, quadrilaterals and plane projective transforms.

use serde::{Deserialize, Serialize};

/// [x, y] in pixels, y downwards, pixel centres at half-integers.
pub type Point = [f64; 2];

/// A 3×3 homogeneous transform, row-major: `[X, Y, W] = M · [x, y, 1]`, the image of (x, y) being (X/W, Y/W).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Transform(pub [[f64; 3]; 3]);
