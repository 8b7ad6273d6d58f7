//! A form's data as JSON Schema 2020-12.
