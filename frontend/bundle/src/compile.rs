//! The nested cargo: the frontend crate as one WebAssembly file that still carries its relocations.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::Options;

const TARGET: &str = "wasm32-unknown-unknown";

/// Builds the frontend and gives the path of the linked file.
pub(crate) fn compile(options: &Options) -> Result<PathBuf> {
    ensure_target(&options.frontend)?;
    let profile = if options.dev { "wasm-dev" } else { "wasm" };
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(cargo);
    clean(&mut command);
    command
        .current_dir(&options.frontend)
        .args([
            "build",
            "--package",
            "frontend",
            "--bin",
            "frontend",
            "--target",
            TARGET,
            "--profile",
            profile,
        ])
        .arg("--target-dir")
        .arg(&options.target)
        .env("CARGO_ENCODED_RUSTFLAGS", rustflags(&options.frontend));
    let status = command.status().context("cannot start cargo for the web app")?;
    if !status.success() {
        bail!("the web app did not compile ({status})");
    }
    Ok(options.target.join(TARGET).join(profile).join("frontend.wasm"))
}

/// Relocations let wasm-split move functions to other files; shortened paths keep the builder's home out of the app.
fn rustflags(frontend: &Path) -> OsString {
    let mut flags = OsString::from("-Clink-arg=--emit-relocs\u{1f}--cfg=erase_components");
    let workspace = frontend.parent().map(Path::to_path_buf);
    let cargo_home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")));
    for (from, to) in [(workspace, "tongshi"), (cargo_home, "cargo")] {
        if let Some(from) = from {
            flags.push("\u{1f}--remap-path-prefix=");
            flags.push(from.as_os_str());
            flags.push("=");
            flags.push(to);
        }
    }
    flags
}

/// Takes away what an outer cargo (or clippy) told *its* build script, so that the inner one starts as if typed by hand.
fn clean(command: &mut Command) {
    const EXACT: [&str; 14] = [
        "RUSTFLAGS",
        "RUSTC_WORKSPACE_WRAPPER",
        "CARGO_BUILD_TARGET",
        "CARGO_BUILD_RUSTFLAGS",
        "CARGO_TARGET_DIR",
        "CARGO_MANIFEST_DIR",
        "CARGO_MANIFEST_PATH",
        "TARGET",
        "HOST",
        "PROFILE",
        "OPT_LEVEL",
        "DEBUG",
        "OUT_DIR",
        "NUM_JOBS",
    ];
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let told = ["CARGO_CFG_", "CARGO_FEATURE_", "CARGO_PKG_", "DEP_"]
            .iter()
            .any(|p| text.starts_with(p));
        if told || EXACT.contains(&text.as_ref()) {
            command.env_remove(&name);
        }
    }
}

/// Installs the WebAssembly target through rustup where it is missing, or says what to type.
fn ensure_target(frontend: &Path) -> Result<()> {
    if target_installed(frontend) {
        return Ok(());
    }
    eprintln!("Installing the WebAssembly target with rustup ...");
    let added = Command::new("rustup")
        .current_dir(frontend)
        .args(["target", "add", TARGET])
        .status();
    if added.is_ok_and(|status| status.success()) && target_installed(frontend) {
        return Ok(());
    }
    bail!("Rust cannot build WebAssembly here. Type `rustup target add {TARGET}` and build again.")
}

fn target_installed(frontend: &Path) -> bool {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc"));
    let output = Command::new(rustc)
        .current_dir(frontend)
        .args(["--print", "target-libdir", "--target", TARGET])
        .output();
    output.is_ok_and(|output| {
        output.status.success() && Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir()
    })
}
