//! Files: who gets a slot, and the end of those that are past theirs.

use crate::Hub;
use crate::accounts::NotDone;
use crate::deeds::{BUSY, wait};
use features::login::{self, AccountRow};
use features::upload::files::{self, File};
use features::upload::{FREE_BYTES, Refused, Wish, name};
use store::{BlobError, BlobName, Fault};
use xmpp::{Jid, Stanza};

/// Files that are removed between two looks at what is left.
const SWEPT_AT_ONCE: u32 = 500;

impl Hub {
    /// XEP-0363 §4
    pub(crate) async fn slot(&self, request: &Stanza, wish: Wish) -> Option<Stanza> {
        let refused = match self.reserve(wish).await {
            Ok(slot) => return Some(request.result(slot)),
            Err(refused) => refused,
        };
        match refused {
            Refused::With(error) => request.error(&error),
            Refused::NoRoom => {
                self.counters().without_room();
                tracing::warn!("the disk is nearly full: no slot for a file was given out");
                request.error(&wait(FREE_BYTES.sentence))
            }
            Refused::Failed(fault) => {
                tracing::error!(%fault, "no slot for a file could be given out");
                request.error(&wait(BUSY))
            }
        }
    }

    async fn reserve(&self, wish: Wish) -> Result<bytes::Bytes, Refused> {
        let free_bytes = self.free_bytes().map_err(|error| Refused::Failed(Fault(error.to_string())))?;
        let (now, random) = (self.clock().now(), self.clock().random());
        wish.reserve(self.store(), &self.service(), now, (random, free_bytes)).await
    }

    /// Bytes that are free on the disk that has the files.
    ///
    /// # Errors
    /// When it cannot be asked.
    pub fn free_bytes(&self) -> Result<u64, BlobError> {
        self.store().blobs().free_bytes()
    }

    /// The files that an account has, the newest first.
    ///
    /// # Errors
    /// See [`NotDone`].
    pub async fn files(&self, name: &str) -> Result<(Jid, Vec<File>), NotDone> {
        let (jid, AccountRow { id, .. }) = self.find_account(name).await?;
        Ok((jid, files::of_account(self.store(), id, self.clock().now()).await?))
    }

    /// Ends a file, named by its address or its id. Whoever asks for it from now on is told that it is gone.
    ///
    /// # Errors
    /// See [`NotDone`].
    pub async fn delete_file(&self, by: &str, file: &str) -> Result<(Jid, File), NotDone> {
        let file = self.find_file(file).await?.ok_or_else(no_such_file)?;
        let owner = login::name_of(self.store(), file.account).await?.ok_or_else(no_such_file)?;
        let (owner, _) = self.find_account(&owner).await?;
        self.record(by, ("delete-file", owner.as_str())).await?;
        self.end_file(&file).await?;
        Ok((owner, file))
    }

    /// The same for a file of the one who wants it.
    pub(crate) async fn delete_own_file(&self, by: &Jid, file: &str) -> Result<File, NotDone> {
        let (_, AccountRow { id, .. }) = self.find_account(by.bare_str()).await?;
        let file = self.find_file(file).await?.filter(|file| file.account == id).ok_or_else(no_such_file)?;
        self.end_file(&file).await?;
        Ok(file)
    }

    /// A file that can be fetched.
    async fn find_file(&self, named: &str) -> Result<Option<File>, Fault> {
        let (service, now) = (self.service(), self.clock().now());
        let found = match name::token_of(&service.upload.origin, named) {
            Some(token) => files::find(self.store(), name::blob(token)).await?,
            None => files::find_by_id(self.store(), named).await?,
        };
        Ok(found.filter(|file| file.state == files::State::There && file.expires_at > now))
    }

    async fn end_file(&self, file: &File) -> Result<(), NotDone> {
        let now = self.clock().now();
        self.store().commit(vec![files::end(file.blob, now)]).await.map_err(|_| no_such_file())?;
        Ok(self.remove(vec![file.blob], now.saturating_add(1)).await?)
    }

    /// Removes the bytes of what is past its end, and of what erased accounts had.
    pub(crate) fn sweep_files(&self) {
        let hub = self.clone();
        self.runtime().spawn(async move {
            match hub.remove_overdue().await {
                Ok(0) => {}
                Ok(removed) => tracing::info!(removed, "files past their time were removed"),
                Err(fault) => tracing::error!(%fault, "files past their time could not be removed"),
            }
        });
    }

    async fn remove_overdue(&self) -> Result<usize, Fault> {
        let mut removed = 0;
        loop {
            let now = self.clock().now();
            let overdue = files::overdue(self.store(), now, SWEPT_AT_ONCE).await?;
            if overdue.is_empty() {
                return Ok(removed);
            }
            removed += overdue.len();
            self.remove(overdue, now).await?;
        }
    }

    /// The bytes first: a row without bytes is removed again, bytes without a row by nobody.
    async fn remove(&self, overdue: Vec<BlobName>, now: i64) -> Result<(), Fault> {
        let blobs = self.store().blobs().clone();
        let removing = tokio::task::spawn_blocking(move || {
            let mut refused = None;
            let mut remove = |blob: &BlobName| blobs.remove(*blob).map_err(|error| refused = Some(error)).is_ok();
            let removed: Vec<BlobName> = overdue.into_iter().filter(|blob| remove(blob)).collect();
            (removed, refused)
        });
        let (removed, refused) = removing.await.map_err(|error| Fault(error.to_string()))?;
        // One that the disk keeps does not keep the others.
        if let Some(error) = refused.filter(|_| removed.is_empty()) {
            return Err(Fault(error.to_string()));
        }
        let writes = removed.into_iter().map(|blob| files::gone(blob, now)).collect();
        self.store().commit(writes).await.map(drop).map_err(|error| Fault(error.to_string()))
    }
}

fn no_such_file() -> NotDone {
    NotDone::Missing("There is no such file; look at the list of files again.".to_owned())
}
