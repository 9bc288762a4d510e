//! Who may do what (domain §3), as data.
