package io.muster.collector.proc;

/**
 * Fields of {@code /proc/[pid]/stat}. The name is enclosed in parentheses and may contain any
 * character, including parentheses and line ends.
 *
 * @param state state letter as the kernel writes it
 * @param userTicks CPU time in user mode, clock ticks
 * @param systemTicks CPU time in the kernel, clock ticks
 * @param startTicks start of the process, clock ticks since boot
 * @param virtualBytes size of the address space
 * @param residentPages pages in physical memory
 */
public record ProcessStat(
    long pid,
    String name,
    char state,
    long ppid,
    long userTicks,
    long systemTicks,
    int priority,
    int nice,
    int threads,
    long startTicks,
    long virtualBytes,
    long residentPages) {

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
    int priority = (int) stat.nextNumber();
    int nice = (int) stat.nextNumber();
    int threads = (int) stat.nextNumber();
    stat.skipWords(1); // always 0
    return new ProcessStat(
        pid,
        name,
        state,
        ppid,
        userTicks,
        systemTicks,
        priority,
        nice,
        threads,
        stat.nextNumber(),
        stat.nextNumber(),
        stat.nextNumber());
  }

  /** CPU time since the start of the process, clock ticks. */
  public long cpuTicks() {
    return userTicks + systemTicks;
  }
}
