//! The language data: finding it, unpacking it, knowing which one it is.
//!
//! The house is tested with the integer version of Tesseract's "best" Vietnamese network, as the npm package
//! `@tesseract.js-data/vie` ships it (`4.0.0_best_int/vie.traineddata.gz`, Apache-2.0 data): as good as the full network, 1.4 MB packed.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use sha2::{Digest, Sha256};

use crate::OcrError;

/// The language every dossier is read in.
pub const LANGUAGE: &str = "vie";

/// SHA-256 of the unpacked `vie.traineddata` this build was tested with.
pub const VIE_SHA256: &str = "112f6fd1d04ab4cb0208cad9cada8de214ae33a1e4db3750ffcda69262aef0a8";

/// Its length in bytes; also the bound for unpacking, so that a gzip bomb costs nothing.
pub const VIE_BYTES: u64 = 1_667_949;

/// Where `language`'s data lies in a model folder.
pub fn path_in(model_dir: &Path, language: &str) -> PathBuf {
    model_dir.join(format!("{language}.traineddata"))
}

/// The first of the folders that holds the language's data, or [`OcrError::ModelMissing`] with all of them.
pub fn find_model<I>(candidates: I, language: &str) -> Result<PathBuf, OcrError>
where
    I: IntoIterator<Item = PathBuf>,
{
    let mut looked_in = Vec::new();
    for folder in candidates {
        if path_in(&folder, language).is_file() {
            return Ok(folder);
        }
        looked_in.push(folder);
    }
    Err(OcrError::ModelMissing { language: language.to_owned(), looked_in })
}

/// Unpacks the gzipped `vie.traineddata` into `model_dir` and gives its path. What lies there under that name is either the whole,
/// checked file or what was there before: the data is written beside it and renamed. Errors: [`OcrError::ModelDamaged`] when the
/// content is not [`VIE_SHA256`], [`OcrError::Io`].
pub fn unpack(packed: &[u8], model_dir: &Path) -> Result<PathBuf, OcrError> {
    let damaged = |found: String| OcrError::ModelDamaged { expected: VIE_SHA256.to_owned(), found };
    let mut data = Vec::new();
    if let Err(error) = GzDecoder::new(packed).take(VIE_BYTES + 1).read_to_end(&mut data) {
        return Err(damaged(format!("no gzip: {error}")));
    }
    let found = hex::encode(Sha256::digest(&data));
    if found != VIE_SHA256 {
        return Err(damaged(found));
    }
    let path = path_in(model_dir, LANGUAGE);
    write_atomically(&path, model_dir, &data).map_err(|error| OcrError::io(&path, error))?;
    Ok(path)
}

fn write_atomically(path: &Path, folder: &Path, data: &[u8]) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(data)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

/// Language and the first eight hex digits of the data's SHA-256: tells one model from another in a version string.
pub(crate) fn fingerprint(model_dir: &Path, language: &str) -> Result<String, OcrError> {
    let path = path_in(model_dir, language);
    let data = match fs::read(&path) {
        Ok(data) => data,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(OcrError::ModelMissing {
                language: language.to_owned(),
                looked_in: vec![model_dir.to_owned()],
            });
        }
        Err(error) => return Err(OcrError::io(path, error)),
    };
    let mut digest = hex::encode(Sha256::digest(&data));
    digest.truncate(8);
    Ok(format!("{language}-{digest}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};

    fn packed(data: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn damaged_data_is_refused_and_what_was_there_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = path_in(folder.path(), LANGUAGE);
        fs::write(&path, "before").unwrap();
        // No gzip, another file, a file cut short, a file far too long.
        let zeros = vec![0; 4 * VIE_BYTES as usize];
        let cut = packed(&zeros[..1000]);
        for bytes in [b"<html>".to_vec(), packed(b"other"), cut[..cut.len() - 6].to_vec(), packed(&zeros)] {
            let error = unpack(&bytes, folder.path()).unwrap_err();
            assert!(matches!(error, OcrError::ModelDamaged { .. }), "{error}");
        }
        assert_eq!(fs::read(&path).unwrap(), b"before");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn the_first_folder_with_the_data_wins_and_a_miss_names_them_all() {
        let (empty, full) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(path_in(full.path(), LANGUAGE), "x").unwrap();
        let folders = [empty.path().to_owned(), full.path().to_owned()];
        assert_eq!(find_model(folders.clone(), LANGUAGE).unwrap(), full.path());
        match find_model(folders.clone(), "eng") {
            Err(OcrError::ModelMissing { language, looked_in }) => {
                assert_eq!((language.as_str(), looked_in), ("eng", folders.into()))
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_fingerprint_tells_models_apart() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(path_in(folder.path(), LANGUAGE), "a").unwrap();
        let a = fingerprint(folder.path(), LANGUAGE).unwrap();
        fs::write(path_in(folder.path(), LANGUAGE), "b").unwrap();
        assert_eq!(a, "vie-ca978112");
        assert_ne!(a, fingerprint(folder.path(), LANGUAGE).unwrap());
    }
}
