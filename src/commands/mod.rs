//! Load, decide, append: what a person does, over ports.
