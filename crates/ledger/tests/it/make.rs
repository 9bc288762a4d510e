//! Random entries and verdicts from a seed, for properties that hold for all of them.

use crate::samples::{bytes, product_id};
use baton_domain::adjust::{Undo, Undone};
use baton_domain::case::{CaseDetails, CoverChoice, Need, TakenFirst, UseStatus};
use baton_domain::directory::{
    Device, Facility, ManufacturerLink, Organization, OrganizationKind, Person, Pool, Role,
    Settings, SharingLink,
};
use baton_domain::dispute::{ClaimedLine, Resolution};
use baton_domain::entry::{Count, OfferedLine, OrderedLine, RebuiltLine, ReceivedLine, UsedLine};
use baton_domain::facility_stock::Price;
use baton_domain::id::{DeviceId, EntryId, FacilityId, LineId, OrganizationId, PersonId, PoolId};
use baton_domain::mirror::{Mirror, MirroredLine, Origin};
use baton_domain::product::{Product, Tracking};
use baton_domain::recall::Recalled;
use baton_domain::request::Wanted;
use baton_domain::splitmix::SplitMix64;
use baton_domain::stock::{Custodian, Identity, LineRef, TitleHolder};
use baton_domain::time::{Date, LocalTime, Timestamp};
use baton_domain::transfer::{DeclineReason, Extra, LineAnswer, Travel, TravelMeans};
use baton_domain::tray::TrayCount;
use baton_domain::{Entry, EntryBody, Text};

/// How many kinds [`Make::body`] knows.
pub(crate) const KINDS: u64 = 54;

/// Chooses by numbers that are the same everywhere.
pub(crate) struct Make(SplitMix64);

impl Make {
    pub(crate) fn new(seed: u64) -> Self {
        Self(SplitMix64::new(seed))
    }

    pub(crate) fn number(&mut self, below: u64) -> u64 {
        self.0.bits() % below
    }

    pub(crate) fn yes(&mut self) -> bool {
        self.number(2) == 0
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.number(from.len() as u64) as usize].clone()
    }

    fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.yes() { Some(make(self)) } else { None }
    }

    fn list<T>(&mut self, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let length = self.pick(&[0, 1, 2, 7, 40]);
        (0..length).map(|_| make(self)).collect()
    }

    /// One of a few ids, so that lists repeat some.
    fn id(&mut self) -> [u8; 16] {
        bytes(self.number(9) as u16)
    }

    pub(crate) fn entry_id(&mut self) -> EntryId {
        EntryId::from_bytes(self.id())
    }

    fn text(&mut self) -> Text {
        let long = "ü".repeat(1000);
        self.pick(&["", "a", "0123456789", "Zürich – 6.5 × 45", long.as_str()])
            .into()
    }

    fn quantity(&mut self) -> u32 {
        self.pick(&[0, 1, 2, 500, 1_000_000, u32::MAX])
    }

    fn date(&mut self) -> Date {
        let days = self.pick(&[0, 20_000, 21_000, -30_000, 100_000]);
        Date::from_days(days).unwrap()
    }

    fn time(&mut self) -> Timestamp {
        Timestamp {
            unix_ms: self.pick(&[0, 1, 1_795_400_000_123, 253_402_300_799_999]),
            offset_min: self.pick(&[0, -720, 840]),
        }
    }

    fn local_time(&mut self) -> LocalTime {
        LocalTime {
            date: self.date(),
            minute: self.number(1440) as u16,
        }
    }

    fn product_id(&mut self) -> baton_domain::product::ProductId {
        let gtins = [
            "00000000000000",
            "00812345678901",
            "99999999999999",
            "#",
            "=A99",
            "812345678901",
        ];
        product_id(self.pick(&gtins))
    }

    fn identity(&mut self) -> Identity {
        Identity {
            product: self.product_id(),
            lot: self.maybe(Self::text),
            lot_unknown: self.yes(),
            serial: self.maybe(Self::text),
            expiry: self.maybe(Self::date),
            manufactured: self.maybe(Self::date),
        }
    }

    fn custodian(&mut self) -> Custodian {
        let id = self.id();
        self.pick(&[
            Custodian::Person(PersonId::from_bytes(id)),
            Custodian::Pool(PoolId::from_bytes(id)),
            Custodian::Warehouse(OrganizationId::from_bytes(id)),
        ])
    }

    fn person(&mut self) -> Person {
        Person {
            id: PersonId::from_bytes(self.id()),
            name: self.text(),
            role: self.pick(&[
                Role::Admin,
                Role::Operations,
                Role::RegionalManager,
                Role::Distributor,
                Role::Rep,
            ]),
            region: self.maybe(Self::text),
            principal: self.maybe(|make| PersonId::from_bytes(make.id())),
            active: self.yes(),
        }
    }

    fn product(&mut self) -> Product {
        Product {
            id: self.product_id(),
            reference: self.text(),
            description: self.text(),
            brand: self.text(),
            manufacturer: self.text(),
            tracking: self.pick(&[Tracking::Serial, Tracking::Lot, Tracking::Untracked]),
            sterile: self.yes(),
            single_use: self.yes(),
            expires: self.yes(),
            size: self.text(),
        }
    }

    pub(crate) fn line_id(&mut self) -> LineId {
        LineId {
            entry: self.entry_id(),
            index: self.pick(&[0, 1, 23, 24, 300, u16::MAX]),
        }
    }

    fn line_ref(&mut self) -> LineRef {
        LineRef {
            line: self.line_id(),
            quantity: self.quantity(),
            head: self.maybe(Self::entry_id),
        }
    }

    fn need(&mut self) -> Need {
        Need {
            product: self.product_id(),
            quantity: self.quantity(),
        }
    }

    fn used(&mut self) -> UsedLine {
        UsedLine {
            line: self.maybe(Self::line_id),
            head: self.maybe(Self::entry_id),
            identity: self.identity(),
            quantity: self.quantity(),
            status: self.pick(&[
                UseStatus::Implanted,
                UseStatus::Used,
                UseStatus::Wasted,
                UseStatus::Damaged,
                UseStatus::BackToTray,
            ]),
            presumed_holder: self.text(),
        }
    }

    /// An entry with a body of the kind with this place.
    pub(crate) fn entry(&mut self, kind: u64) -> Entry {
        Entry {
            id: self.entry_id(),
            organization: OrganizationId::from_bytes(self.id()),
            actor: PersonId::from_bytes(self.id()),
            device: DeviceId::from_bytes(self.id()),
            sequence: self.pick(&[1, 24, 70_000, u64::MAX]),
            occurred_at: self.time(),
            source_sha256: self.maybe(|_| [1; 32]),
            body: self.body(kind),
        }
    }

    fn body(&mut self, kind: u64) -> EntryBody {
        match kind {
            0 => EntryBody::OrganizationFounded {
                organization: Organization {
                    id: OrganizationId::from_bytes(self.id()),
                    name: self.text(),
                    kind: self.pick(&[
                        OrganizationKind::Manufacturer,
                        OrganizationKind::Distributor,
                    ]),
                    demo: self.yes(),
                },
                admin: self.person(),
            },
            1 => EntryBody::PersonRecorded(self.person()),
            2 => EntryBody::DeviceEnrolled(Device {
                id: DeviceId::from_bytes(self.id()),
                person: self.maybe(|make| PersonId::from_bytes(make.id())),
                public_key: [3; 33],
                label: self.text(),
                revoked: self.yes(),
            }),
            3 => EntryBody::DeviceRevoked(DeviceId::from_bytes(self.id())),
            4 => EntryBody::FacilityRecorded(Facility {
                id: FacilityId::from_bytes(self.id()),
                name: self.text(),
                zone: self.text(),
                region: self.maybe(Self::text),
                active: self.yes(),
            }),
            5 => EntryBody::ProductsListed((0..self.number(4)).map(|_| self.product()).collect()),
            6 => EntryBody::PoolRecorded(Pool {
                id: PoolId::from_bytes(self.id()),
                name: self.text(),
                region: self.maybe(Self::text),
            }),
            7 => EntryBody::SharingLinkSet {
                link: SharingLink {
                    account: self.custodian(),
                    rep: PersonId::from_bytes(self.id()),
                },
                active: self.yes(),
            },
            8 => EntryBody::ManufacturerLinked(ManufacturerLink {
                manufacturer: self.text(),
                organization: OrganizationId::from_bytes(self.id()),
                name: self.text(),
            }),
            51 => EntryBody::SharedAccountOpened {
                pool: Pool {
                    id: PoolId::from_bytes(self.id()),
                    name: self.text(),
                    region: self.maybe(Self::text),
                },
                reps: self.list(|make| PersonId::from_bytes(make.id())),
            },
            52 => EntryBody::SettingsRecorded(Settings {
                reps_may_share: self.yes(),
            }),
            53 => EntryBody::DeviceRenamed {
                device: DeviceId::from_bytes(self.id()),
                label: self.text(),
            },
            _ => self.stock_body(kind),
        }
    }

    fn stock_body(&mut self, kind: u64) -> EntryBody {
        match kind {
            9 => EntryBody::StockReceived {
                custodian: self.custodian(),
                lines: (0..self.number(4))
                    .map(|_| ReceivedLine {
                        identity: self.identity(),
                        quantity: self.quantity(),
                        title: {
                            let facility = FacilityId::from_bytes(self.id());
                            self.pick(&[
                                TitleHolder::Manufacturer,
                                TitleHolder::Organization,
                                TitleHolder::Facility(facility),
                            ])
                        },
                        location: self.text(),
                    })
                    .collect(),
                reason: self.text(),
            },
            10 => EntryBody::StockHeld {
                lines: self.list(Self::line_ref),
                reason: self.text(),
            },
            11 => EntryBody::HoldReleased {
                lines: self.list(Self::line_ref),
                reason: self.text(),
            },
            12 => EntryBody::TransferOffered {
                from: self.custodian(),
                to: self.custodian(),
                lines: (0..self.number(6))
                    .map(|_| OfferedLine {
                        stock: self.line_ref(),
                        identity: self.identity(),
                        reserved_for: self.maybe(Self::entry_id),
                    })
                    .collect(),
                travel: Travel {
                    means: self.pick(&[
                        TravelMeans::Unsaid,
                        TravelMeans::Meet,
                        TravelMeans::Courier,
                    ]),
                    details: self.text(),
                    needed_by: self.maybe(Self::time),
                },
                note: self.text(),
            },
            13 => EntryBody::TransferAnswered {
                transfer: self.entry_id(),
                offer_hash: self.maybe(|make| [make.number(256) as u8; 32]),
                answers: (0..self.number(9))
                    .map(|_| LineAnswer {
                        accepted: self.quantity(),
                        damaged: self.quantity(),
                        missing: self.quantity(),
                        note: self.text(),
                    })
                    .collect(),
                extras: (0..self.number(3))
                    .map(|_| Extra {
                        identity: self.identity(),
                        quantity: self.quantity(),
                        note: self.text(),
                    })
                    .collect(),
            },
            14 => EntryBody::TransferDeclined {
                transfer: self.entry_id(),
                reason: self.pick(&[
                    DeclineReason::NotNeeded,
                    DeclineReason::CannotTake,
                    DeclineReason::Damaged,
                    DeclineReason::Missing,
                    DeclineReason::Wrong,
                    DeclineReason::Opened,
                ]),
                note: self.text(),
            },
            15 => EntryBody::TransferCancelled {
                transfer: self.entry_id(),
                reason: self.text(),
            },
            _ => self.case_body(kind),
        }
    }

    fn cover_choice(&mut self) -> CoverChoice {
        CoverChoice {
            no_facility_stock: self.yes(),
            no_field: self.yes(),
            no_supply: self.yes(),
            first: self.list(|make| TakenFirst {
                product: make.need().product,
                holder: make.custodian(),
                facility_stock: make.yes(),
            }),
        }
    }

    fn case_body(&mut self, kind: u64) -> EntryBody {
        let case = self.entry_id();
        match kind {
            16 => EntryBody::CaseScheduled {
                facility: FacilityId::from_bytes(self.id()),
                starts_at: self.local_time(),
                utc_offset_min: self.pick(&[0, -720, 840]),
                room: self.text(),
                rep: PersonId::from_bytes(self.id()),
                needs: self.list(Self::need),
            },
            17 => EntryBody::CaseChanged {
                case,
                facility: self.maybe(|make| FacilityId::from_bytes(make.id())),
                starts_at: self.maybe(|make| (make.local_time(), make.pick(&[0, -720, 840]))),
                room: self.maybe(Self::text),
                needs: self.maybe(|make| make.list(Self::need)),
            },
            18 => EntryBody::CaseDetailsRecorded {
                case,
                details: CaseDetails {
                    procedure: self.text(),
                    surgeon: self.text(),
                    reference: self.text(),
                },
            },
            19 => EntryBody::CaseRepChanged {
                case,
                head: self.entry_id(),
                rep: PersonId::from_bytes(self.id()),
                cover: self.cover_choice(),
            },
            20 => EntryBody::CaseCancelled {
                case,
                head: self.entry_id(),
                reason: self.text(),
            },
            21 => EntryBody::StockMarked {
                case,
                lines: self.list(Self::line_ref),
            },
            22 => EntryBody::StockUnmarked {
                case,
                lines: self.list(Self::line_ref),
            },
            28 => EntryBody::Proposed {
                what: Box::new(EntryBody::CaseRepChanged {
                    case,
                    head: self.entry_id(),
                    rep: PersonId::from_bytes(self.id()),
                    cover: self.cover_choice(),
                }),
                note: self.text(),
            },
            29 => EntryBody::ProposalApproved {
                proposal: self.entry_id(),
                what: Box::new(EntryBody::StockMarked {
                    case,
                    lines: self.list(Self::line_ref),
                }),
            },
            30 => EntryBody::ProposalDeclined {
                proposal: self.entry_id(),
                reason: self.text(),
            },
            31 => EntryBody::DisputeResolved {
                dispute: self.entry_id(),
                how: match self.number(3) {
                    0 => Resolution::Upheld,
                    1 => Resolution::Applied,
                    _ => Resolution::Claimed(self.list(|make| ClaimedLine {
                        place: make.number(9) as u16,
                        stock: make.line_ref(),
                    })),
                },
                reason: self.text(),
            },
            24 => EntryBody::RecallIssued {
                what: Recalled {
                    product: self.product_id(),
                    lot: self.maybe(Self::text),
                    serial: self.maybe(Self::text),
                },
                reason: self.text(),
            },
            25 => EntryBody::RecallEnded {
                recall: self.entry_id(),
                reason: self.text(),
            },
            23 => EntryBody::UsageRecorded {
                case,
                lines: (0..self.number(6)).map(|_| self.used()).collect(),
                reason: self.text(),
            },
            26 | 27 => self.facility_body(kind),
            45.. => self.adjust_body(kind),
            36..=44 => self.request_body(kind),
            _ => self.tray_body(kind),
        }
    }

    fn tray_body(&mut self, kind: u64) -> EntryBody {
        match kind {
            32 => EntryBody::BillOfMaterialsListed {
                product: self.product_id(),
                needs: self.list(Self::need),
            },
            33 => EntryBody::TrayPacked {
                tray: self.line_ref(),
                lines: self.list(Self::line_ref),
            },
            34 => EntryBody::TrayUnpacked {
                tray: self.line_ref(),
                lines: self.list(Self::line_ref),
            },
            _ => EntryBody::TrayChecked {
                tray: self.line_ref().line,
                found: self.list(|make| TrayCount {
                    line: make.line_ref().line,
                    found: make.pick(&[0, 1, 24, 70_000]),
                }),
                note: self.text(),
            },
        }
    }

    fn facility_body(&mut self, kind: u64) -> EntryBody {
        match kind {
            26 => EntryBody::StockingOrderSubmitted {
                facility: FacilityId::from_bytes(self.id()),
                seller: self.custodian(),
                lines: (0..self.number(6))
                    .map(|_| OrderedLine {
                        stock: self.line_ref(),
                        price: self.pick(&[
                            Price::NoCharge,
                            Price::CentsEach(0),
                            Price::CentsEach(u32::MAX),
                        ]),
                    })
                    .collect(),
                note: self.text(),
            },
            _ => EntryBody::FacilityStockRebuilt {
                rep: PersonId::from_bytes(self.id()),
                case: self.maybe(Self::entry_id),
                lines: (0..self.number(6))
                    .map(|_| RebuiltLine {
                        stock: self.line_ref(),
                        identity: self.identity(),
                    })
                    .collect(),
            },
        }
    }

    fn travel(&mut self) -> Travel {
        Travel {
            means: self.pick(&[TravelMeans::Unsaid, TravelMeans::Meet, TravelMeans::Courier]),
            details: self.text(),
            needed_by: self.maybe(Self::time),
        }
    }

    fn offered(&mut self) -> OfferedLine {
        OfferedLine {
            stock: self.line_ref(),
            identity: self.identity(),
            reserved_for: self.maybe(Self::entry_id),
        }
    }

    fn wanted(&mut self) -> Wanted {
        Wanted {
            to: self.custodian(),
            needs: self.list(Self::need),
            case: self.maybe(Self::entry_id),
            use_date: self.maybe(Self::date),
            travel: self.travel(),
            note: self.text(),
        }
    }

    fn request_body(&mut self, kind: u64) -> EntryBody {
        let organization = OrganizationId::from_bytes(self.id());
        match kind {
            36 => EntryBody::StockRequested {
                from: organization,
                wanted: self.wanted(),
            },
            37 => EntryBody::RequestDeclined {
                request: self.entry_id(),
                reason: self.text(),
            },
            38 => EntryBody::RequestWithdrawn {
                request: self.entry_id(),
            },
            39 => EntryBody::RequestOffered {
                request: self.entry_id(),
                lines: (0..self.number(6)).map(|_| self.offered()).collect(),
                due_back: self.maybe(Self::date),
                travel: self.travel(),
                note: self.text(),
            },
            40 => EntryBody::StockReturned {
                from: self.custodian(),
                to: organization,
                lines: (0..self.number(6)).map(|_| self.offered()).collect(),
                reason: self.text(),
                travel: self.travel(),
            },
            41 => {
                let mut lines = self.list(Self::line_id);
                lines.sort_unstable();
                lines.dedup();
                EntryBody::DueBackSet {
                    lines,
                    due_back: self.maybe(Self::date),
                    reason: self.text(),
                }
            }
            42 => EntryBody::LinkAsked {
                organization,
                name: self.text(),
                manufacturer: self.text(),
            },
            43 => EntryBody::LinkAnswered {
                organization,
                accepted: self.yes(),
                manufacturer: self.text(),
            },
            _ => EntryBody::Mirrored {
                origin: Origin {
                    organization,
                    entry: self.entry_id(),
                    hash: [4; 32],
                },
                mirror: self.mirror(),
            },
        }
    }

    fn mirror(&mut self) -> Mirror {
        let transfer = self.entry_id();
        match self.number(5) {
            0 => Mirror::Requested {
                to_name: self.text(),
                asked_by: (PersonId::from_bytes(self.id()), self.time()),
                wanted: self.wanted(),
            },
            1 => Mirror::Offered {
                request: self.maybe(Self::entry_id),
                returned: self.yes(),
                due_back: self.maybe(Self::date),
                lines: (0..self.number(6))
                    .map(|_| MirroredLine {
                        identity: self.identity(),
                        quantity: self.quantity(),
                    })
                    .collect(),
                offered_at: self.time(),
                travel: self.travel(),
                note: self.text(),
            },
            2 => Mirror::Cancelled(transfer),
            3 => Mirror::LinkAnswered {
                name: self.text(),
                accepted: self.yes(),
            },
            _ => Mirror::Declined {
                transfer,
                reason: DeclineReason::Opened,
                note: self.text(),
            },
        }
    }

    fn adjust_body(&mut self, kind: u64) -> EntryBody {
        match kind {
            45 => EntryBody::StockAdjusted {
                custodian: self.custodian(),
                away: self.list(Self::line_ref),
                found: Vec::new(),
                reason: self.text(),
            },
            46 => EntryBody::AdjustmentReviewed {
                adjustment: self.entry_id(),
                note: self.text(),
            },
            47 => EntryBody::StockCounted {
                custodian: self.custodian(),
                counted: self.list(|make| Count {
                    line: make.line_id(),
                    expected: make.quantity(),
                    counted: make.quantity(),
                }),
                note: self.text(),
            },
            48 => EntryBody::StockDrawn {
                from: self.custodian(),
                to: self.custodian(),
                lines: self.list(Self::line_ref),
                note: self.text(),
            },
            49 => EntryBody::IdentityCorrected {
                stock: self.line_ref(),
                identity: self.identity(),
                reason: self.text(),
            },
            _ => EntryBody::EntryReversed {
                entry: self.entry_id(),
                kind: self.pick(&[
                    Undone::Received,
                    Undone::Marked,
                    Undone::Used,
                    Undone::Held,
                    Undone::Adjusted,
                ]),
                case: self.maybe(Self::entry_id),
                undo: Undo {
                    back: self.list(Self::line_ref),
                    gone: self.list(Self::line_ref),
                    released: self.list(Self::line_ref),
                },
                reason: self.text(),
            },
        }
    }
}
