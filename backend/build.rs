//! In release builds, builds the web app so that the binary can carry it. In debug the server reads it from disk.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let frontend = Path::new(env!("CARGO_MANIFEST_DIR")).join("../frontend");
    // The folder is embedded at compile time, so it has to be there even when it is empty.
    if let Err(error) = std::fs::create_dir_all(frontend.join("dist")) {
        return fail(&format!("cannot create frontend/dist: {error}"));
    }
    println!("cargo:rerun-if-env-changed=TONGSHI_SKIP_WEB");
    if std::env::var("PROFILE").is_ok_and(|profile| profile != "release")
        || std::env::var_os("TONGSHI_SKIP_WEB").is_some()
    {
        println!("cargo:rerun-if-changed=build.rs");
        return ExitCode::SUCCESS;
    }
    for source in [
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
    ] {
        println!("cargo:rerun-if-changed={}", frontend.join(source).display());
    }
    match bundle(&frontend) {
        Ok(sizes) => {
            for line in sizes.lines() {
                println!("cargo:warning={line}");
            }
            ExitCode::SUCCESS
        }
        Err(error) => fail(&error),
    }
}

/// Runs the bundler and gives its table of sizes. It has target folders of its own: this cargo holds the lock of the outer one.
fn bundle(frontend: &Path) -> Result<String, String> {
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    let target = out.ancestors().nth(4).ok_or("OUT_DIR is not inside a target folder")?;
    let cargo = std::env::var_os("CARGO").ok_or("CARGO is not set")?;
    let mut command = Command::new(cargo);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if [
            "CARGO_CFG_",
            "CARGO_FEATURE_",
            "CARGO_ENCODED_RUSTFLAGS",
            "RUSTC_WORKSPACE_WRAPPER",
            "PROFILE",
            "OPT_LEVEL",
            "DEBUG",
        ]
        .iter()
        .any(|told| text.starts_with(told))
        {
            command.env_remove(&name);
        }
    }
    let output = command
        .current_dir(frontend)
        .args(["run", "--quiet", "--locked", "--package", "bundle", "--", "--target"])
        .arg(target.join("wasm-bundle"))
        .env("CARGO_TARGET_DIR", target.join("bundler"))
        .stderr(std::process::Stdio::inherit())
        .output()
        .map_err(|error| format!("cannot start cargo for the web app: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!("the web app was not built ({})", output.status))
    }
}

fn fail(message: &str) -> ExitCode {
    println!("cargo:warning={message}");
    eprintln!("{message}");
    ExitCode::FAILURE
}
