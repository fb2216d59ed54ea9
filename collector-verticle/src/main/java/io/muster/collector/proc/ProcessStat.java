package io.muster.collector.proc;

/**
 * Fields of {@code /proc/[pid]/stat}. The name is enclosed in parentheses and may contain any
 * character, including parentheses and line ends.
 *
 * @param state state letter as the kernel writes it
 */
public record ProcessStat(
    long pid,
    String name,
    char state,
    long ppid,
    ProcessTimes times,
    ProcessScheduling scheduling,
    ProcessSize size) {

  /** Parses the file. */
  public static ProcessStat parse(KernelFileScanner stat) {
    long pid = stat.nextNumber();
    var name = stat.nextEnclosed('(', ')');
    char state = stat.nextCharacter();
    long ppid = stat.nextNumber();
    stat.skipWords(9); // process group to page faults
    long userTicks = stat.nextNumber();
    long systemTicks = stat.nextNumber();
    stat.skipWords(2); // times of children
    var scheduling =
        new ProcessScheduling(
            (int) stat.nextNumber(), (int) stat.nextNumber(), (int) stat.nextNumber());
    stat.skipWords(1); // always 0
    var times = new ProcessTimes(userTicks, systemTicks, stat.nextNumber());
    var size = new ProcessSize(stat.nextNumber(), stat.nextNumber());
    return new ProcessStat(pid, name, state, ppid, times, scheduling, size);
  }

  /** Returns true if both are readings of one process: a process id is used again. */
  public boolean isSameProcess(ProcessStat other) {
    return pid == other.pid && times.startTicks == other.times.startTicks;
  }

  /**
   * CPU time of a process or thread, clock ticks.
   *
   * @param userTicks in user mode
   * @param systemTicks in the kernel
   * @param startTicks start of the process, since boot
   */
  public record ProcessTimes(long userTicks, long systemTicks, long startTicks) {
    /** CPU time since the start of the process. */
    public long cpuTicks() {
      return userTicks + systemTicks;
    }

    /** Returns the CPU usage since the start, percent of one CPU; 0 if the age is not known. */
    public double percentSinceStart(long uptimeTicks) {
      double ageTicks = uptimeTicks - startTicks;
      return ageTicks <= 0 ? 0 : 100 * cpuTicks() / ageTicks;
    }
  }

  /**
   * Scheduling of a process.
   *
   * @param threads number of threads
   */
  public record ProcessScheduling(int priority, int nice, int threads) {}

  /**
   * Memory of a process.
   *
   * @param virtualBytes size of the address space
   * @param residentPages pages in physical memory
   */
  public record ProcessSize(long virtualBytes, long residentPages) {}
}
