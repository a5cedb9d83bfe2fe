//! Parses the arguments, then opens the window or runs a headless command.

use std::process::ExitCode;

use clap::Parser as _;
use scim_console::{cli, ui};

fn main() -> ExitCode {
    let arguments = cli::Arguments::parse();
    let data_dir = match cli::data_dir(arguments.data_dir) {
        Ok(dir) => dir,
        Err(failure) => {
            eprintln!("{failure}");
            return ExitCode::from(2);
        }
    };
    match arguments.command {
        Some(command) => cli::run(command, data_dir, arguments.format),
        None => match ui::window::open(data_dir) {
            Ok(()) => ExitCode::SUCCESS,
            Err(failure) => {
                eprintln!("{failure}");
                ExitCode::FAILURE
            }
        },
    }
}
