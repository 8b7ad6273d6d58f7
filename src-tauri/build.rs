//! Tells Tauri where this house keeps its capabilities, and which commands exist: each must be granted to a window.

fn main() {
    // tauri-build watches its own default folder only.
    println!("cargo::rerun-if-changed=src-tauri/capabilities");
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("./src-tauri/capabilities/**/*")
        .app_manifest(tauri_build::AppManifest::new().commands(&[
            "call",
            "listen",
            "unlisten",
            "choose_files",
            "choose_folder",
            "show",
            "close",
        ]));
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error=the window cannot be built: {error:#}");
    }
}
