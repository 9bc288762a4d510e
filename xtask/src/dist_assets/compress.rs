//! Brotli copies (`name.br`) of everything that gets smaller by it.
//!
//! Node is a prerequisite of the whole build and has brotli in native code; a Rust
//! encoder would be compiled before anything else on a fresh machine, and be slow in the
//! unoptimised build of this tool.

use std::path::Path;

use super::files;
use crate::error::Result;
use crate::process;

const COMPRESSIBLE: &[&str] = &[
    ".html",
    ".css",
    ".js",
    ".json",
    ".svg",
    ".txt",
    ".wasm",
    ".webmanifest",
];

const SCRIPT: &str = "\
const fs = require('node:fs'), zlib = require('node:zlib');
const k = zlib.constants;
for (const file of process.argv.slice(1)) {
  const plain = fs.readFileSync(file);
  const packed = zlib.brotliCompressSync(plain, { params: {
    [k.BROTLI_PARAM_QUALITY]: 11,
    [k.BROTLI_PARAM_LGWIN]: 22,
    [k.BROTLI_PARAM_SIZE_HINT]: plain.length,
  } });
  if (packed.length < plain.length) fs.writeFileSync(file + '.br', packed);
}
";

/// Compresses the files of a folder.
pub fn folder(dir: &Path) -> Result<()> {
    let names: Vec<_> = files(dir)?
        .into_iter()
        .filter(|name| COMPRESSIBLE.iter().any(|ending| name.ends_with(ending)))
        .map(|name| dir.join(name))
        .collect();
    process::run(process::command("node").args(["-e", SCRIPT]).args(names))
}
