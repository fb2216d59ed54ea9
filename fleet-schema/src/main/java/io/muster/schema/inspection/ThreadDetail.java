package io.muster.schema.inspection;

/**
 * One thread of a process.
 *
 * @param userMicros CPU time in user mode, µs
 * @param systemMicros CPU time in the kernel, µs
 * @param state state letter of the kernel, as for a process
 */
public record ThreadDetail(
    long tid, String name, long userMicros, long systemMicros, String state) {}
