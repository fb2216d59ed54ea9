package io.muster.collector.source;

import java.time.Instant;

/**
 * One tick, as a source sees it.
 *
 * @param at instant of the tick
 * @param localTime the same as local text, {@code YYYY-MM-DD HH:MM:SS}, for the {@code time} keys
 * @param hostname hostname, for the {@code host_id}, {@code hostname} and {@code instance} keys
 * @param includesProcesses whether somebody wants the process table, which is expensive
 */
public record ReadRequest(
    Instant at, String localTime, String hostname, boolean includesProcesses) {}
