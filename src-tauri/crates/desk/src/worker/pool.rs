//! The parent's side: a bounded set of workers, each asked one thing at a time.

use std::{
    ffi::OsString,
    path::PathBuf,
    process::Stdio,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, BufReader},
    process::{Child, ChildStdin, ChildStdout, Command},
    sync::Semaphore,
};
use uuid::Uuid;

use super::{Ask, Opened, PageMade, PageSeen, Reply, Settings, Wanted, broken, capacity, packed, unpacked};
use crate::{
    fault::{Fault, FaultCode},
    many::table::Table,
};

/// What a worker may cost before it is stopped.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Address space of one worker, bytes; set by the worker on itself before it touches a byte. Where the system has no such
    /// limit (Windows, macOS) only time is limited, and `hosoctl doctor` says so.
    pub memory: u64,
    /// For one answer, from question to last byte.
    pub time: Duration,
    /// A file larger than this is not even read; bytes.
    pub file: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { memory: 3 << 30, time: Duration::from_secs(90), file: 200 << 20 }
    }
}

/// How to start a worker: this executable again, and where the reader's parts lie.
#[derive(Debug, Clone)]
pub struct WorkerCommand {
    pub program: PathBuf,
    pub arguments: Vec<OsString>,
    /// Folder with `vie.traineddata`; without it pages have no words.
    pub models: Option<PathBuf>,
    /// The reader's library or program, where it is not to be searched for.
    pub reader: Option<PathBuf>,
}

impl WorkerCommand {
    /// This very program again. What its workers need to find lies where [`crate::model_folders`] says.
    pub fn this_executable() -> Self {
        let program = std::env::current_exe().unwrap_or_else(|_| std::env::args_os().next().unwrap_or_default().into());
        Self { program, arguments: vec![], models: None, reader: None }
    }
}

/// A file in memory, on its way to workers.
pub struct Loaded {
    id: Uuid,
    bytes: Vec<u8>,
}

impl Loaded {
    pub fn new(bytes: Vec<u8>) -> Arc<Self> {
        Arc::new(Self { id: Uuid::now_v7(), bytes })
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// How long a worker without work may take to end.
const END_LIMIT: Duration = Duration::from_secs(2);

struct Worker {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    /// The file it has open.
    file: Option<Uuid>,
}

/// At most `size` workers; they are started when first needed and end with the pool.
pub struct Pool {
    command: WorkerCommand,
    limits: Limits,
    idle: Mutex<Vec<Worker>>,
    places: Semaphore,
    size: usize,
}

impl Pool {
    pub fn new(command: WorkerCommand, limits: Limits, size: usize) -> Self {
        let size = size.max(1);
        Self { command, limits, idle: Mutex::default(), places: Semaphore::new(size), size }
    }

    /// Lets the idle workers end by themselves and waits for them, so that none outlives its parent. What is asked from now on is
    /// cancelled.
    pub async fn close(&self) {
        self.places.close();
        let idle = std::mem::take(&mut *self.idle.lock().unwrap_or_else(|e| e.into_inner()));
        for worker in idle {
            let Worker { mut child, input, output, .. } = worker;
            drop((input, output));
            // One that does not end is killed with its handle.
            let _ = tokio::time::timeout(END_LIMIT, child.wait()).await;
        }
    }

    pub fn size(&self) -> usize {
        self.size
    }

    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Name and version of the text reader that workers use, or why there is none.
    pub async fn reader(&self) -> Result<String, Fault> {
        self.with_worker(Uuid::nil(), async |worker| match ask(worker, &Ask::Reader, &[]).await? {
            Reply::Reader(version) => Ok(Ok(version)),
            Reply::Failed(fault) => Ok(Err(fault)),
            _ => Err(out_of_turn()),
        })
        .await
    }

    /// What the file is, without making a page of it.
    pub async fn open(&self, file: &Loaded) -> Result<Opened, Fault> {
        self.with_worker(file.id, async |worker| {
            worker.file = Some(file.id);
            match ask(worker, &Ask::Open, file.bytes()).await? {
                Reply::Opened(opened) => Ok(Ok(opened)),
                Reply::Failed(fault) => Ok(Err(fault)),
                _ => Err(out_of_turn()),
            }
        })
        .await
    }

    /// One page of the file, in whichever worker is free.
    pub async fn page(&self, file: &Loaded, wanted: &Wanted, settings: &Settings) -> Result<PageMade, Fault> {
        match self.of_open(file, Ask::Page { wanted: wanted.clone(), settings: settings.clone() }).await? {
            Reply::Page(made) => Ok(*made),
            _ => Err(Fault::new(FaultCode::FileBrokeReader)),
        }
    }

    /// What sorting needs to know of the page; far cheaper than making it.
    pub async fn look(&self, file: &Loaded, frame: u32) -> Result<PageSeen, Fault> {
        match self.of_open(file, Ask::Look { frame }).await? {
            Reply::Looked(seen) => Ok(seen),
            _ => Err(Fault::new(FaultCode::FileBrokeReader)),
        }
    }

    /// A JPEG of the page, at most `width` pixels wide.
    pub async fn picture(&self, file: &Loaded, frame: u32, width: u32) -> Result<Vec<u8>, Fault> {
        match self.of_open(file, Ask::Picture { frame, width }).await? {
            Reply::Picture(picture) => Ok(picture),
            _ => Err(Fault::new(FaultCode::FileBrokeReader)),
        }
    }

    /// The cells of a file of rows: of this sheet, or of the first.
    pub(crate) async fn table(&self, file: &Loaded, sheet: Option<String>) -> Result<Table, Fault> {
        let question = Ask::Table { sheet };
        self.with_worker(file.id, async |worker| match ask(worker, &question, file.bytes()).await? {
            Reply::Table(table) => Ok(Ok(table)),
            Reply::Failed(fault) => Ok(Err(fault)),
            _ => Err(out_of_turn()),
        })
        .await
    }

    /// Asks a worker that has the file open, or opens it.
    async fn of_open(&self, file: &Loaded, question: Ask) -> Result<Reply, Fault> {
        self.with_worker(file.id, async |worker| {
            if worker.file != Some(file.id) {
                worker.file = Some(file.id);
                match ask(worker, &Ask::Open, file.bytes()).await? {
                    Reply::Opened(_) => {}
                    Reply::Failed(fault) => return Ok(Err(fault)),
                    _ => return Err(out_of_turn()),
                }
            }
            match ask(worker, &question, &[]).await? {
                Reply::Failed(fault) => Ok(Err(fault)),
                // An answer to another question: nothing this worker says can be trusted any more.
                reply if !question.is_answered_by(&reply) => Err(out_of_turn()),
                reply => Ok(Ok(reply)),
            }
        })
        .await
    }

    /// Runs one conversation. A worker that broke off, or was too slow, is ended and not used again.
    async fn with_worker<T>(
        &self,
        file: Uuid,
        talk: impl AsyncFnOnce(&mut Worker) -> std::io::Result<Result<T, Fault>>,
    ) -> Result<T, Fault> {
        let _place = self.places.acquire().await.map_err(|_| Fault::new(FaultCode::Cancelled))?;
        let mut worker = match self.take(file) {
            Some(worker) => worker,
            None => self.start()?,
        };
        match tokio::time::timeout(self.limits.time, talk(&mut worker)).await {
            Ok(Ok(answer)) => {
                self.idle.lock().unwrap_or_else(|e| e.into_inner()).push(worker);
                answer
            }
            Ok(Err(_)) => Err(Fault::new(FaultCode::FileBrokeReader)),
            Err(_) => {
                let _ = worker.child.start_kill();
                Err(Fault::new(FaultCode::FileTookTooLong).with("seconds", self.limits.time.as_secs()))
            }
        }
    }

    /// An idle worker, if possible the one that has the file open.
    fn take(&self, file: Uuid) -> Option<Worker> {
        let mut idle = self.idle.lock().unwrap_or_else(|e| e.into_inner());
        let at = idle.iter().position(|w| w.file == Some(file)).or(idle.len().checked_sub(1))?;
        Some(idle.swap_remove(at))
    }

    fn start(&self) -> Result<Worker, Fault> {
        let mut command = Command::new(&self.command.program);
        command
            .args(&self.command.arguments)
            .arg(super::FLAG)
            .arg(self.limits.memory.to_string())
            // Tesseract's own threads cost more than they give: one worker per core is the parallelism.
            .env("OMP_THREAD_LIMIT", "1")
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // A secret of the command line is none of a worker's business.
            .env_remove("HOSO_PASSPHRASE")
            .kill_on_drop(true);
        // Ctrl+C is for the parent, which stops in order; a worker that got it too would look like one that broke.
        #[cfg(unix)]
        command.process_group(0);
        if let Some(models) = &self.command.models {
            command.env("HOSO_MODELS", models);
        }
        if let Some(reader) = &self.command.reader {
            command.env("HOSO_READER", reader);
        }
        let mut child = command.spawn().map_err(Fault::no_worker)?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(input), Some(output)) => Ok(Worker { child, input, output: BufReader::new(output), file: None }),
            _ => Err(Fault::no_worker("no pipes")),
        }
    }
}

fn out_of_turn() -> std::io::Error {
    broken("worker answered another question")
}

async fn ask(worker: &mut Worker, ask: &Ask, payload: &[u8]) -> std::io::Result<Reply> {
    let message = packed(ask)?;
    worker.input.write_u64_le(message.len() as u64).await?;
    worker.input.write_all(&message).await?;
    worker.input.write_u64_le(payload.len() as u64).await?;
    worker.input.write_all(payload).await?;
    worker.input.flush().await?;

    let reply = part(&mut worker.output).await?;
    part(&mut worker.output).await?;
    unpacked(&reply)
}

async fn part(from: &mut BufReader<ChildStdout>) -> std::io::Result<Vec<u8>> {
    let length = from.read_u64_le().await?;
    let mut bytes = Vec::with_capacity(capacity(length)?);
    from.take(length).read_to_end(&mut bytes).await?;
    if (bytes.len() as u64) < length {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    Ok(bytes)
}
