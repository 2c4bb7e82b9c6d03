//! What a process and its descendants have used, read from /proc.

use crate::Outcome;
use std::fs;
use std::path::Path;

/// The unit of CPU times in /proc/PID/stat: USER_HZ, 100 a second on Linux.
const TICK_MICROS: u64 = 10_000;

/// What was used so far.
#[derive(Clone, Copy, Default, Debug)]
pub struct Usage {
    /// User and system time, children that ended included, in microseconds.
    pub cpu_micros: u64,
    /// Resident memory now, in KiB.
    pub rss_kib: u64,
}

/// The use of process `root` with all its descendants.
///
/// # Errors
/// When there is no such process.
pub fn of_tree(root: u32) -> Outcome<Usage> {
    let mut parents = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let Some(pid) = name.to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        // A process may end while we look; then it is none of ours.
        if let Ok(stat) = Stat::read(pid) {
            parents.push((pid, stat));
        }
    }
    let mut tree = vec![root];
    let mut total = Usage::default();
    let mut at = 0;
    while let Some(&pid) = tree.get(at) {
        at += 1;
        let stat = parents.iter().find(|(known, _)| *known == pid).map(|(_, stat)| stat);
        let stat = stat.ok_or_else(|| format!("process {pid} has ended"))?;
        total.cpu_micros += stat.ticks * TICK_MICROS;
        total.rss_kib += rss_kib(pid);
        tree.extend(parents.iter().filter(|(_, stat)| stat.parent == pid).map(|(pid, _)| *pid));
    }
    Ok(total)
}

/// Our own use.
///
/// # Errors
/// When /proc is not there.
pub fn of_myself() -> Outcome<Usage> {
    let pid = std::process::id();
    Ok(Usage { cpu_micros: Stat::read(pid)?.own_ticks * TICK_MICROS, rss_kib: rss_kib(pid) })
}

struct Stat {
    parent: u32,
    own_ticks: u64,
    ticks: u64,
}

impl Stat {
    /// proc_pid_stat(5). The name, second, stands in brackets and may hold anything.
    fn read(pid: u32) -> Outcome<Stat> {
        let text = fs::read_to_string(format!("/proc/{pid}/stat"))?;
        let rest = text.rsplit_once(") ").ok_or("a stat line without a name")?.1;
        let fields: Vec<&str> = rest.split(' ').collect();
        let number = |at: usize| fields.get(at).and_then(|field| field.parse::<u64>().ok()).unwrap_or(0);
        // Fields 4 (ppid) and 14 to 17 (utime, stime, cutime, cstime); ours count from 3.
        let own_ticks = number(11) + number(12);
        Ok(Stat { parent: number(1) as u32, own_ticks, ticks: own_ticks + number(13) + number(14) })
    }
}

fn rss_kib(pid: u32) -> u64 {
    let status = fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")).and_then(|kib| kib.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sees_itself_and_its_children() {
        let alone = of_tree(std::process::id()).unwrap();
        let mut child = std::process::Command::new("sleep").arg("5").spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(50));
        let both = of_tree(std::process::id()).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(alone.rss_kib > 100);
        assert!(both.rss_kib > alone.rss_kib);
        assert!(of_tree(child.id()).is_err());
    }
}
