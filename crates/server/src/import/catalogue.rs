//! Products: the columns that AccessGUDID's records were reduced to.

use super::Plan;
use super::row::{Row, RowFault, Table};
use baton_domain::id::EntryId;
use baton_domain::product::{Product, ProductId, Tracking};
use baton_domain::{EntryBody, State};
use std::collections::HashMap;

/// The columns of a catalogue file.
pub const COLUMNS: &[&str] = &[
    "device_identifier",
    "issuing_agency",
    "brand_name",
    "version_model_number",
    "catalog_number",
    "company_name",
    "description",
    "lot_batch_controlled",
    "serial_number_controlled",
    "expiration_date_on_label",
    "sterile",
    "single_use",
    "size_text",
];

/// Products in one entry: with the longest descriptions it stays below the entry's bound.
const PRODUCTS_PER_ENTRY: usize = 50;

/// Reads products; those known already and unchanged are only counted.
pub fn plan(table: &Table, state: &State, next_id: &mut dyn FnMut() -> EntryId, plan: &mut Plan) {
    let mut seen = HashMap::new();
    let mut products = Vec::new();
    for row in table.iter() {
        match product(&row) {
            Ok(product) => {
                if let Some(first) = seen.insert(product.id.clone(), row.number) {
                    let words = format!("{} stands in row {first} already", product.id);
                    plan.faults.push(row.fault("device_identifier", &words));
                } else if state.product(&product.id) == Some(&product) {
                    plan.unchanged += 1;
                } else {
                    products.push(product);
                }
            }
            Err(fault) => plan.faults.push(fault),
        }
    }
    for chunk in products.chunks(PRODUCTS_PER_ENTRY) {
        plan.bodies
            .push((next_id(), EntryBody::ProductsListed(chunk.to_vec())));
    }
}

fn product(row: &Row<'_>) -> Result<Product, RowFault> {
    let id = product_id(row, "device_identifier", row.cell("issuing_agency"))?;
    let model = row.needed("version_model_number")?;
    let catalogue_number = row.text("catalog_number")?;
    let brand = row.text("brand_name")?;
    let description = row.text("description")?;
    let tracking = match (
        row.yes_no("serial_number_controlled")?,
        row.yes_no("lot_batch_controlled")?,
    ) {
        (true, _) => Tracking::Serial,
        (false, true) => Tracking::Lot,
        (false, false) => Tracking::Untracked,
    };
    Ok(Product {
        id,
        // GUDID writes NA for "no brand"; a product without a description is called by its brand.
        description: if description.is_empty() {
            brand.clone()
        } else {
            description
        },
        brand: if &*brand == "NA" { "".into() } else { brand },
        reference: if catalogue_number.is_empty() {
            model
        } else {
            catalogue_number
        },
        manufacturer: row.needed("company_name")?,
        tracking,
        sterile: row.yes_no("sterile")?,
        single_use: row.yes_no("single_use")?,
        expires: row.yes_no("expiration_date_on_label")?,
        size: row.text("size_text")?,
    })
}

/// Reads a device identifier: a GTIN whose check digit is right, or a HIBCC identifier.
pub fn product_id(
    row: &Row<'_>,
    column: &'static str,
    agency: &str,
) -> Result<ProductId, RowFault> {
    let cell = row.cell(column);
    let digits = !cell.is_empty() && cell.bytes().all(|byte| byte.is_ascii_digit());
    let text = if digits && !agency.eq_ignore_ascii_case("hibcc") {
        gtin14(cell).ok_or_else(|| {
            let words = format!("\"{cell}\" is not a GTIN: it must have 8, 12, 13 or 14 digits and a right check digit");
            row.fault(column, &words)
        })?
    } else {
        if cell.starts_with(|first: char| first.is_ascii_digit())
            && agency.eq_ignore_ascii_case("gs1")
        {
            return Err(row.fault(
                column,
                &format!("\"{cell}\" is not a GTIN: it contains other characters than digits"),
            ));
        }
        cell.to_owned()
    };
    ProductId::new(&text)
        .ok_or_else(|| row.fault(column, "must be a device identifier of 1 to 64 characters"))
}

/// A GTIN of 8, 12, 13 or 14 digits as 14 digits, if its check digit is right
/// (GS1 General Specifications, section 7.9).
fn gtin14(digits: &str) -> Option<String> {
    if !matches!(digits.len(), 8 | 12 | 13 | 14) {
        return None;
    }
    let padded = format!("{digits:0>14}");
    let sum: u32 = padded
        .bytes()
        .enumerate()
        .map(|(place, digit)| u32::from(digit - b'0') * if place % 2 == 0 { 3 } else { 1 })
        .sum();
    sum.is_multiple_of(10).then_some(padded)
}
