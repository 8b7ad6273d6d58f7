//! Finds the typeface of the printed papers: Tinos (SIL OFL 1.1), which the set-up installs with the window's packages.
//! It is bundled into the program; nothing is looked for when it runs.

use std::path::Path;

const FACES: [(&str, &str); 3] = [
    ("TINOS_REGULAR", "400Regular/Tinos_400Regular.ttf"),
    ("TINOS_BOLD", "700Bold/Tinos_700Bold.ttf"),
    ("TINOS_ITALIC", "400Regular_Italic/Tinos_400Regular_Italic.ttf"),
];

fn main() {
    let manifest = std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
    let folder = Path::new(&manifest).join("../../../ui/node_modules/@expo-google-fonts/tinos");
    println!("cargo::rerun-if-changed=build.rs");
    for (variable, name) in FACES {
        let path = folder.join(name);
        println!("cargo::rerun-if-changed={}", path.display());
        match path.canonicalize() {
            Ok(path) => println!("cargo::rustc-env={variable}={}", path.display()),
            Err(error) => {
                println!(
                    "cargo::error=the typeface {} is missing ({error}): run `npm ci` in ui/ (`cargo xtask run` and `cargo xtask test` do it)",
                    path.display()
                );
                return;
            }
        }
    }
}
