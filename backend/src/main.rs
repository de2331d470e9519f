//! The command line of Tongshi 同事.

mod cli;

use std::process::ExitCode;

/// Built for many small blocks: every field of an answer is one.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    match Box::pin(cli::run()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("tongshi: {message}");
            ExitCode::FAILURE
        }
    }
}
