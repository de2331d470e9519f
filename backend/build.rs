//! In release builds, builds the web app so that the binary can carry it. In debug the server reads `frontend/dist`
//! from disk.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

/// What asks for a new web app, relative to `frontend`.
const SOURCES: [&str; 10] = [
    "src",
    "style",
    "public",
    "locales",
    "index.html",
    "build.rs",
    "Cargo.toml",
    "bundle",
    "../backend/schema.graphql",
    "../Cargo.lock",
];

fn main() -> ExitCode {
    match web() {
        Ok(folder) => {
            // `http/spa.rs` embeds this folder.
            println!("cargo:rustc-env=TONGSHI_WEB={}", folder.display());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Makes sure of the folder the server takes the web app from, and gives its path.
///
/// A release has a folder of its own: what `bundle --dev` leaves in `frontend/dist` must never end up in it.
fn web() -> Result<PathBuf, String> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=TONGSHI_SKIP_WEB");
    let frontend = Path::new(env!("CARGO_MANIFEST_DIR")).join("../frontend");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    let release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let folder = match (release, std::env::var_os("TONGSHI_SKIP_WEB")) {
        (false, _) => frontend.join("dist"),
        (true, Some(_)) => out.join("no-web"),
        (true, None) => {
            for source in SOURCES {
                println!("cargo:rerun-if-changed={}", frontend.join(source).display());
            }
            let folder = out.join("web");
            for line in bundle(&frontend, &out, &folder)?.lines() {
                println!("cargo:warning={line}");
            }
            folder
        }
    };
    // Embedding needs the folder, be it empty.
    std::fs::create_dir_all(&folder).map_err(|error| format!("cannot create {}: {error}", folder.display()))?;
    Ok(folder)
}

/// Runs the bundler and gives its table of sizes. It has target folders of its own: the cargo that runs this script
/// holds the lock of the outer one.
fn bundle(frontend: &Path, out: &Path, folder: &Path) -> Result<String, String> {
    let target = out.ancestors().nth(4).ok_or("OUT_DIR is not inside a target folder")?;
    let cargo = std::env::var_os("CARGO").ok_or("CARGO is not set")?;
    let mut command = Command::new(cargo);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let told = [
            "CARGO_CFG_",
            "CARGO_FEATURE_",
            "CARGO_ENCODED_RUSTFLAGS",
            "RUSTC_WORKSPACE_WRAPPER",
        ];
        if told.iter().any(|told| text.starts_with(told)) || ["PROFILE", "OPT_LEVEL", "DEBUG"].contains(&text.as_ref())
        {
            command.env_remove(&name);
        }
    }
    let output = command
        .current_dir(frontend)
        .args(["run", "--quiet", "--locked", "--package", "bundle", "--", "--target"])
        .arg(target.join("wasm-bundle"))
        .arg("--out")
        .arg(folder)
        .env("CARGO_TARGET_DIR", target.join("bundler"))
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cannot start cargo for the web app: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!("the web app was not built ({})", output.status))
    }
}
