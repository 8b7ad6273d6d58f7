//! Points, quadrilaterals and plane projective transforms.

use serde::{Deserialize, Serialize};

/// [x, y] in pixels, y downwards, pixel centres at half-integers.
pub type Point = [f64; 2];

/// A 3×3 homogeneous transform, row-major: `[X, Y, W] = M · [x, y, 1]`, the image of (x, y) being (X/W, Y/W).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Transform(pub [[f64; 3]; 3]);

impl Transform {
    /// Leaves every point where it is.
    pub const IDENTITY: Transform = Transform([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]);

    /// Multiplies coordinates.
    pub fn scale(x: f64, y: f64) -> Transform {
        Transform([[x, 0.0, 0.0], [0.0, y, 0.0], [0.0, 0.0, 1.0]])
    }

    /// Adds to coordinates.
    pub fn translate(x: f64, y: f64) -> Transform {
        Transform([[1.0, 0.0, x], [0.0, 1.0, y], [0.0, 0.0, 1.0]])
    }

    /// Turns clockwise (y downwards) about the origin.
    pub fn rotate(degrees: f64) -> Transform {
        let (sin, cos) = degrees.to_radians().sin_cos();
        Transform([[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]])
    }

    /// A rectangle of `width` × `height` turned by `turns` clockwise quarter turns, so that it again starts at the origin.
    pub fn quarter_turns(turns: u8, width: f64, height: f64) -> Transform {
        match turns % 4 {
            1 => Transform([[0.0, -1.0, height], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]),
            2 => Transform([[-1.0, 0.0, width], [0.0, -1.0, height], [0.0, 0.0, 1.0]]),
            3 => Transform([[0.0, 1.0, 0.0], [-1.0, 0.0, width], [0.0, 0.0, 1.0]]),
            _ => Transform::IDENTITY,
        }
    }

    /// First this, then `after`.
    pub fn then(&self, after: &Transform) -> Transform {
        let mut product = [[0.0; 3]; 3];
        for (r, row) in product.iter_mut().enumerate() {
            for (c, cell) in row.iter_mut().enumerate() {
                *cell = (0..3).map(|k| after.0[r][k] * self.0[k][c]).sum();
            }
        }
        Transform(product)
    }

    /// Where a point goes.
    pub fn apply(&self, [x, y]: Point) -> Point {
        let [a, b, c] = self.0.map(|row| row[0] * x + row[1] * y + row[2]);
        [a / c, b / c]
    }

    /// The way back; `None` for a transform that flattens the plane.
    pub fn inverse(&self) -> Option<Transform> {
        let m = &self.0;
        let cofactor = |r: usize, c: usize| {
            let (r1, r2, c1, c2) = ((r + 1) % 3, (r + 2) % 3, (c + 1) % 3, (c + 2) % 3);
            m[r1][c1] * m[r2][c2] - m[r1][c2] * m[r2][c1]
        };
        let determinant: f64 = (0..3).map(|c| m[0][c] * cofactor(0, c)).sum();
        if determinant.abs() < 1e-12 || !determinant.is_finite() {
            return None;
        }
        let mut inverse = [[0.0; 3]; 3];
        for (r, row) in inverse.iter_mut().enumerate() {
            for (c, cell) in row.iter_mut().enumerate() {
                *cell = cofactor(c, r) / determinant;
            }
        }
        Some(Transform(inverse))
    }

    /// The rectangle (0, 0)–(`width`, `height`) → a convex quadrilateral, corners clockwise from the top left
    /// (Heckbert, Fundamentals of Texture Mapping, 1989, §2.2.3).
    pub fn to_quad(width: f64, height: f64, quad: &[Point; 4]) -> Transform {
        let [[x0, y0], [x1, y1], [x2, y2], [x3, y3]] = *quad;
        let (sx, sy) = (x0 - x1 + x2 - x3, y0 - y1 + y2 - y3);
        let (dx1, dy1, dx2, dy2) = (x1 - x2, y1 - y2, x3 - x2, y3 - y2);
        let determinant = dx1 * dy2 - dx2 * dy1;
        let (g, h) = if determinant.abs() < 1e-12 {
            (0.0, 0.0)
        } else {
            ((sx * dy2 - dx2 * sy) / determinant, (dx1 * sy - sx * dy1) / determinant)
        };
        let unit = Transform([
            [x1 - x0 + g * x1, x3 - x0 + h * x3, x0],
            [y1 - y0 + g * y1, y3 - y0 + h * y3, y0],
            [g, h, 1.0],
        ]);
        Transform::scale(1.0 / width, 1.0 / height).then(&unit)
    }

    /// No perspective: the bottom row is (0, 0, 1).
    pub fn is_affine(&self) -> bool {
        self.0[2][0].abs() < 1e-12 && self.0[2][1].abs() < 1e-12 && (self.0[2][2] - 1.0).abs() < 1e-9
    }
}

pub(crate) fn distance(a: Point, b: Point) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

/// Signed area, positive for clockwise corners (y downwards).
pub(crate) fn area(quad: &[Point; 4]) -> f64 {
    (0..4).map(|i| quad[i][0] * quad[(i + 1) % 4][1] - quad[(i + 1) % 4][0] * quad[i][1]).sum::<f64>() / 2.0
}

/// The corners clockwise from the one nearest the origin, where they enclose something: convex, and more than a speck.
pub fn enclosing(mut quad: [Point; 4]) -> Option<[Point; 4]> {
    if area(&quad) < 0.0 {
        quad.reverse();
    }
    let turn = |i: usize| {
        let [a, b, c] = [quad[i], quad[(i + 1) % 4], quad[(i + 2) % 4]];
        (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])
    };
    let convex = (0..4).all(|i| turn(i) > 0.0);
    if !convex || area(&quad) < 32.0 * 32.0 || !quad.iter().flatten().all(|value| value.is_finite()) {
        return None;
    }
    let from_origin = |i: &usize| quad[*i][0] + quad[*i][1];
    let first = (0..4).min_by(|a, b| from_origin(a).total_cmp(&from_origin(b)))?;
    quad.rotate_left(first);
    Some(quad)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: Point, b: Point) -> bool {
        distance(a, b) < 1e-9
    }

    #[test]
    fn a_rectangle_goes_to_the_corners_of_its_quad_and_back() {
        let quad = [[12.0, 7.5], [190.0, -3.0], [230.0, 310.0], [-4.0, 290.0]];
        let forward = Transform::to_quad(210.0, 297.0, &quad);
        let back = forward.inverse().unwrap();
        for (corner, want) in [[0.0, 0.0], [210.0, 0.0], [210.0, 297.0], [0.0, 297.0]].into_iter().zip(quad) {
            assert!(close(forward.apply(corner), want));
            assert!(distance(back.apply(want), corner) < 1e-6);
        }
        assert!(!forward.is_affine());
    }

    #[test]
    fn quarter_turns_are_clockwise_and_stay_in_the_first_quadrant() {
        // The top left of a 20 × 30 sheet turned once clockwise is at the top right of a 30 × 20 one.
        assert!(close(Transform::quarter_turns(1, 20.0, 30.0).apply([0.0, 0.0]), [30.0, 0.0]));
        assert!(close(Transform::quarter_turns(2, 20.0, 30.0).apply([0.0, 0.0]), [20.0, 30.0]));
        assert!(close(Transform::quarter_turns(3, 20.0, 30.0).apply([0.0, 0.0]), [0.0, 20.0]));
    }

    #[test]
    fn told_corners_begin_top_left_whatever_the_order_and_must_enclose_something() {
        let wanted = [[10.0, 12.0], [200.0, 8.0], [210.0, 300.0], [5.0, 310.0]];
        let mut given = wanted;
        for _ in 0..4 {
            given.rotate_left(1);
            assert_eq!(enclosing(given), Some(wanted));
            let mut reversed = given;
            reversed.reverse();
            assert_eq!(enclosing(reversed), Some(wanted));
        }
        let [a, b, c, d] = wanted;
        assert_eq!(enclosing([a, c, b, d]), None, "crossed");
        assert_eq!(enclosing([a, a, c, d]), None, "three corners");
        assert_eq!(enclosing([[0.0, 0.0], [9.0, 0.0], [9.0, 9.0], [0.0, 9.0]]), None, "a speck");
    }

    #[test]
    fn composition_is_in_reading_order_and_rotation_is_clockwise() {
        let turned = Transform::translate(1.0, 0.0).then(&Transform::rotate(90.0));
        assert!(close(turned.apply([0.0, 0.0]), [0.0, 1.0]));
        assert!(Transform::scale(0.0, 1.0).inverse().is_none());
    }
}
