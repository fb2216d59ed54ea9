package io.muster.schema.host;

/**
 * The state of a process in the scheduler of the kernel.
 *
 * @param state one of {@code R S I T Z X D ?}
 * @param threads number of threads
 * @param priority priority of the kernel's scheduler
 * @param niceValue -20..19
 */
public record ProcessSchedule(String state, int threads, int priority, int niceValue) {}
