//! From pages to a state.

use super::line::{self, TablesIn};
use super::{STATE_VERSION, key};
use crate::error::FormatError;
use crate::limits::{ITEMS_MAX, PAGE_BYTES_MAX, PAGE_RECORDS_MAX};
use crate::refs::Refs;
use crate::wire::{Fields, Reader, V1};
use baton_domain::case::{Case, CaseDetails, Signature};
use baton_domain::id::CaseId;
use baton_domain::stock::StockLine;
use baton_domain::{State, Text};
use std::sync::Arc;

/// Reads all pages of a state, in the order in which they were written.
pub fn read_all<'p>(pages: impl IntoIterator<Item = &'p [u8]>) -> Result<State, FormatError> {
    #[cfg(feature = "older")]
    return crate::known::pages(pages, read_anew);
    #[cfg(not(feature = "older"))]
    read_anew(pages)
}

fn read_anew<'p>(pages: impl IntoIterator<Item = &'p [u8]>) -> Result<State, FormatError> {
    let mut state = State::default();
    let mut lines = Vec::new();
    for page in pages {
        read_page(&mut state, page, &mut lines)?;
    }
    state.put_lines(lines);
    Ok(state)
}

/// Reads a page into a state: every record takes the place of the one with the same id.
///
/// A private part whose case is not in the state is left out. On an error the state holds a part
/// of the page and is to be thrown away.
pub fn read_into(state: &mut State, page: &[u8]) -> Result<(), FormatError> {
    let mut lines = Vec::new();
    read_page(state, page, &mut lines)?;
    state.put_lines(lines);
    Ok(())
}

/// Reads a page, and leaves its lines for the caller to put.
fn read_page(
    state: &mut State,
    page: &[u8],
    lines: &mut Vec<Arc<StockLine>>,
) -> Result<(), FormatError> {
    if page.len() > PAGE_BYTES_MAX {
        return Err(FormatError::TooLarge {
            bytes_max: PAGE_BYTES_MAX,
        });
    }
    let mut input = Reader::new(page, Refs::NONE, ITEMS_MAX)?;
    let mut fields = input.fields("a page")?;
    let version: u16 = fields.take(key::VERSION)?;
    if version > STATE_VERSION {
        return Err(FormatError::Newer {
            what: "a page",
            version: u64::from(version),
        });
    }
    if version == 0 {
        return Err(FormatError::malformed("a page's version"));
    }
    let tables = TablesIn {
        ids: fields
            .take_with(key::IDS, |input| input.bytes("a page's identifiers"))?
            .unwrap_or(&[]),
        texts: fields
            .take_with(key::TEXTS, read_table)?
            .unwrap_or_default(),
        products: fields
            .take_with(key::PRODUCT_IDS, read_table)?
            .unwrap_or_default(),
    };
    read_directory(state, &mut fields)?;
    read_stock(state, &mut fields, &tables, lines)?;
    read_cases(state, &mut fields)?;
    read_later(state, &mut fields)?;
    fields.end()
}

fn read_directory(state: &mut State, fields: &mut Fields<'_, '_, '_>) -> Result<(), FormatError> {
    each(fields, key::ORGANIZATION, |record| {
        state.put_organization(record)
    })?;
    each(fields, key::PEOPLE, |record| state.put_person(record))?;
    each(fields, key::DEVICES, |record| state.put_device(record))?;
    each(fields, key::FACILITIES, |record| state.put_facility(record))?;
    each(fields, key::POOLS, |record| state.put_pool(record))?;
    each(fields, key::SHARING_LINKS, |link| {
        state.put_active_link(link)
    })?;
    each(fields, key::MANUFACTURER_LINKS, |record| {
        state.put_manufacturer_link(record)
    })
}

fn read_stock(
    state: &mut State,
    fields: &mut Fields<'_, '_, '_>,
    tables: &TablesIn<'_>,
    lines: &mut Vec<Arc<StockLine>>,
) -> Result<(), FormatError> {
    each(fields, key::PRODUCTS, |record| state.put_product(record))?;
    let nowhere = Text::from("");
    fields.take_with(key::LINES, |input| {
        for _ in 0..input.array_within(PAGE_RECORDS_MAX, "records in a page")? {
            lines.push(Arc::new(line::read(input, tables, &nowhere)?));
        }
        Ok(())
    })?;
    each(fields, key::TRANSFERS, |record| state.put_transfer(record))
}

fn read_cases(state: &mut State, fields: &mut Fields<'_, '_, '_>) -> Result<(), FormatError> {
    each(fields, key::CASES, |case: Case| {
        // The planning part alone must not take the private part away.
        let before = state.case(case.id);
        let (details, signatures) = before.map_or((None, Vec::new()), |before| {
            (before.details.clone(), before.signatures.clone())
        });
        state.put_case(Case {
            details,
            signatures,
            ..case
        });
    })?;
    each(
        fields,
        key::CASE_DETAILS,
        |(id, details): (CaseId, CaseDetails)| {
            if let Some(case) = state.case(id).cloned() {
                state.put_case(Case {
                    details: Some(details),
                    ..case
                });
            }
        },
    )?;
    each(fields, key::REJECTIONS, |record| {
        state.put_rejection(record)
    })?;
    each(fields, key::SETTINGS, |record| state.put_settings(record))
}

/// In the order of the keys, which ascend in a page.
fn read_later(state: &mut State, fields: &mut Fields<'_, '_, '_>) -> Result<(), FormatError> {
    each(fields, key::STOCKING_ORDERS, |record| {
        state.put_stocking_order(record)
    })?;
    each(fields, key::ADJUSTMENTS, |record| {
        state.put_adjustment(record)
    })?;
    each(fields, key::REVERSALS, |record| state.put_reversal(record))?;
    each(fields, key::ORGANIZATION_LINKS, |record| {
        state.put_organization_link(record)
    })?;
    each(fields, key::REQUESTS, |record| state.put_request(record))?;
    each(fields, key::TERMS, |record| state.put_terms(record))?;
    each(fields, key::LOANS, |record| state.put_loan(record))?;
    each(
        fields,
        key::CASE_SIGNATURES,
        |(id, signatures): (CaseId, Vec<Signature>)| {
            if let Some(case) = state.case(id).cloned() {
                state.put_case(Case { signatures, ..case });
            }
        },
    )?;
    each(fields, key::PROPOSALS, |record| state.put_proposal(record))?;
    each(fields, key::DISPUTES, |record| state.put_dispute(record))?;
    each(fields, key::RECALLS, |record| state.put_recall(record))?;
    each(fields, key::BILLS_OF_MATERIALS, |record| {
        state.put_bill_of_materials(record)
    })?;
    each(fields, key::TRAYS, |record| state.put_tray(record))
}

/// Reads the records of a section one by one.
fn each<T: V1>(
    fields: &mut Fields<'_, '_, '_>,
    section: u8,
    mut put: impl FnMut(T),
) -> Result<(), FormatError> {
    let read = |input: &mut Reader<'_, '_>| {
        for _ in 0..input.array_within(PAGE_RECORDS_MAX, "records in a page")? {
            put(T::read(input)?);
        }
        Ok(())
    };
    fields.take_with(section, read).map(|_| ())
}

fn read_table<T: V1>(input: &mut Reader<'_, '_>) -> Result<Vec<T>, FormatError> {
    let length = input.array_within(PAGE_RECORDS_MAX, "items in a page's table")?;
    let mut items = Vec::with_capacity(length);
    for _ in 0..length {
        items.push(T::read(input)?);
    }
    Ok(items)
}
