//! `cargo xtask shots`: a picture of every screen, in both themes, at the size of a phone
//! and of a desk. The list of screens stands in `tests/e2e/shots.rs`. `--playbook` takes one
//! picture of each branch of the playbook instead, where the README shows them from.

use std::process::ExitCode;

use lexopt::prelude::*;

use crate::build::{self, Profile};
use crate::error::{At, Result};
use crate::setup::browsers::{self, Engine};
use crate::test::harness_env;
use crate::{paths, process, setup};

/// Builds app and server and takes the pictures in Chromium.
pub fn command(mut parser: lexopt::Parser) -> Result<ExitCode> {
    let (mut only, mut playbook) = (String::new(), false);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("only") => only = parser.value()?.string()?,
            Long("playbook") => playbook = true,
            other => return Err(other.unexpected().into()),
        }
    }
    let tools = setup::for_build()?;
    let chromium = browsers::ensure(Engine::Chromium)?.ok_or(
        "pictures are taken in Chromium, which is not here; `cargo xtask setup` says more",
    )?;
    process::run(&mut build::app_command(&tools)?)?;
    process::run(&mut build::server_command(Profile::Debug))?;
    let mut folder = paths::target().join("shots");
    std::fs::create_dir_all(&folder).at("making target/shots")?;
    let mut cargo = process::cargo();
    cargo.args(["test", "--quiet", "--package", "baton", "--test", "shots"]);
    harness_env(&mut cargo, &chromium);
    cargo
        .env("BATON_SHOTS", &folder)
        .env("BATON_SHOTS_ONLY", only);
    if playbook {
        folder = paths::root().join("tests/fixtures/pictures/playbook");
        std::fs::create_dir_all(&folder).at("making the folder of the playbook's pictures")?;
        cargo.env("BATON_SHOTS_PLAYBOOK", &folder);
    }
    process::run(&mut cargo)?;
    println!("shots: {}", folder.display());
    Ok(ExitCode::SUCCESS)
}
