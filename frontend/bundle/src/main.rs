//! `bundle`: builds the web app into `frontend/dist`.

use std::process::ExitCode;

use bundle::{Manifest, Options, over_budget};

const HELP: &str = "Builds the web app into frontend/dist.

Usage: bundle [--dev] [--watch] [--check-budget] [--no-build] [--out DIR] [--target DIR]

  --dev           fast build: little optimisation, no compressed copies
  --watch         build now and after every change (implies --dev)
  --check-budget  fail when the app is bigger than it may be
  --no-build      look at the last build instead of building
  --out DIR       write to DIR instead of frontend/dist
  --target DIR    compile in DIR instead of target/wasm-bundle";

fn main() -> ExitCode {
    let mut options = Options::of_workspace();
    let (mut watch, mut check, mut build) = (false, false, true);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--dev" => options.dev = true,
            "--watch" => (watch, options.dev) = (true, true),
            "--check-budget" => check = true,
            "--no-build" => build = false,
            "--out" => match arguments.next() {
                Some(dir) => options.out = dir.into(),
                None => return wrong("--out needs a folder"),
            },
            "--target" => match arguments.next() {
                Some(dir) => options.target = dir.into(),
                None => return wrong("--target needs a folder"),
            },
            "--help" | "-h" => {
                println!("{HELP}");
                return ExitCode::SUCCESS;
            }
            other => return wrong(&format!("unknown argument {other}")),
        }
    }
    if watch {
        bundle::watch(&options);
    }
    let manifest = if build {
        bundle::bundle(&options)
    } else {
        Manifest::read(&options.out)
    };
    match manifest {
        Ok(manifest) => report(&manifest, check),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn report(manifest: &Manifest, check: bool) -> ExitCode {
    println!("{}", manifest.table());
    let broken = if check { over_budget(manifest) } else { Vec::new() };
    for limit in &broken {
        eprintln!("over budget: {limit}");
    }
    if broken.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn wrong(message: &str) -> ExitCode {
    eprintln!("error: {message}\n\n{HELP}");
    ExitCode::from(2)
}
