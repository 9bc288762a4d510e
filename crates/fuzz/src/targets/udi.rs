//! Texts of labels.

use std::collections::BTreeSet;

use baton_udi::{Date, Outcome, parse};

use super::{Target, answer};
use crate::corpus::Form;
use crate::hunt::Answer;

/// The UDI crate.
pub struct Labels;

const LABELS: [&str; 24] = [
    "(01)09506000117843(17)271200(10)AB12",
    "]d20109506000117843172712311\u{1d}21XYZ\u{1d}10LOT9",
    "0109506000117843172712311021S\u{1d}10L",
    "]C10109506000117843",
    "10LOT17251231",
    "09506000117843",
    "5060001178432",
    "]e00109506000117843|]e11727123110AB",
    "+A999123456C",
    "+$$3271231LOT5C",
    "+A99912345/$$52001510X3/16D20111212/S77DEFG45K",
    "+$$+720001LX",
    "+$+SN99",
    "=/A9999XYZ100T0944=,000025=A99971312345600=>014032=}013032&,1000000000000XYZ123",
    "&,1000000000000XYZ123",
    "=+05=/A9999XYZ100T0944",
    "https://id.gs1.org/01/09506000117843/10/AB?17=271231&21=S",
    "http://example.com/gtin/9506000117843/lot/X",
    "[)>\u{1e}05\u{1d}01095060001178431727123110A\u{1e}\u{4}",
    "01095060001178438005000365310312\u{1d}37000006",
    "(01)09506000117843(8012)V1.2(7003)2712311200",
    "Hello",
    "",
    "00",
];

impl Target for Labels {
    fn name(&self) -> &'static str {
        "udi"
    }

    fn form(&self) -> Form {
        Form::Text
    }

    fn seeds(&self) -> Vec<Vec<u8>> {
        LABELS.iter().map(|text| text.as_bytes().to_vec()).collect()
    }

    fn play(&mut self, input: &[u8]) -> Result<Answer, String> {
        let text = String::from_utf8_lossy(input);
        let today = Date::new(2026, 11, 24).unwrap_or(Date::MIN);
        let udi = match parse(&text, today) {
            Outcome::Text(kept) if kept == text => return Ok(answer(false, 0)),
            Outcome::Text(kept) => return Err(format!("{text:?} was kept as {kept:?}")),
            Outcome::Udi(udi) => udi,
        };
        if udi.raw != text {
            return Err(format!("{text:?} was kept as {:?}", udi.raw));
        }
        if parse(&udi.raw, today) != Outcome::Udi(udi.clone()) {
            return Err(format!("{text:?} is read in two ways"));
        }
        let warnings: BTreeSet<_> = udi.warnings.iter().map(super::kind_of).collect();
        let has = [
            udi.device_identifier.is_some(),
            udi.lot.is_some(),
            udi.serial.is_some(),
            udi.expiry.is_some(),
            udi.manufactured.is_some(),
            udi.quantity.is_some(),
        ];
        Ok(answer(true, (udi.agency, has, warnings)))
    }
}
