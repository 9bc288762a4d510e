//! Links between organizations: asked by one, accepted by the other.

use super::context::Context;
use super::{Word, refused};
use crate::authority::{Act, Concern};
use crate::directory::LinkStatus;
use crate::entry::EntryBody;
use crate::refusal::Reason;

pub(super) fn judge(context: &Context) -> Word {
    context.allowed(Act::LinkManufacturer, Concern::Organization)?;
    match &context.entry.body {
        EntryBody::LinkAsked { organization, .. } => {
            if *organization == context.entry.organization {
                return Err(refused(Reason::Malformed));
            }
            match context.state.organization_link(*organization) {
                None => Ok(()),
                Some(link) if link.status == LinkStatus::Declined => Ok(()),
                Some(_) => Err(refused(Reason::Conflicting)),
            }
        }
        EntryBody::LinkAnswered {
            organization,
            accepted,
            manufacturer,
        } => match context.state.organization_link(*organization) {
            Some(link) if link.status == LinkStatus::Wanted => {
                if *accepted && manufacturer.trim().is_empty() {
                    return Err(refused(Reason::Malformed));
                }
                Ok(())
            }
            Some(_) => Err(refused(Reason::Conflicting)),
            None => Err(refused(Reason::Unknown)),
        },
        _ => Err(refused(Reason::Malformed)),
    }
}
