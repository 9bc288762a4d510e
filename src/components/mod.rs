//! One component a file. What is said stands in the leaves; rules stand in the domain.

pub mod act;
pub mod bars;
pub mod button;
pub mod case_card;
pub mod chip;
#[cfg(test)]
mod contrast;
pub mod draft;
pub mod empty;
pub mod errors;
pub mod expiry;
pub mod field;
pub mod icon;
pub mod matrix;
pub mod needs;
pub mod notice;
pub mod page;
pub mod product_picker;
pub mod propose;
pub mod qr;
pub mod scan_here;
pub mod scanner;
pub mod sheet;
pub mod shell;
pub mod signature_pad;
pub mod stepper;
pub mod stock_row;
pub mod tabs;
pub mod toast;
pub mod travel;
