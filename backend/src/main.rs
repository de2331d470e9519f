//! The command line of Tongshi 同事.

mod cli;

use std::process::ExitCode;
use std::time::Duration;

/// Built for many small blocks: every field of an answer is one.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How long the end waits for work of the system that cannot be called off, such as a name server that does not answer.
const LEAVE: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.to_string()),
    };
    let done = runtime.block_on(Box::pin(cli::run()));
    runtime.shutdown_timeout(LEAVE);
    done.map_or_else(|message| fail(&message), |()| ExitCode::SUCCESS)
}

fn fail(message: &str) -> ExitCode {
    eprintln!("tongshi: {message}");
    ExitCode::FAILURE
}
