package io.muster.schema.inspection;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * One entry of the system journal.
 *
 * @param atMicros microseconds since the epoch
 * @param priority syslog priority, 0 (emergency) to 7 (debug)
 * @param unit systemd unit
 * @param command name of the program
 */
public record JournalEntry(
    long atMicros,
    int priority,
    String message,
    Optional<String> unit,
    Optional<String> command,
    OptionalLong pid,
    OptionalLong userId,
    OptionalLong groupId) {}
