package io.muster.registry.client;

import java.time.Instant;
import java.util.Optional;

/**
 * What is stored of a client that was heard, as far as its health depends on it.
 *
 * @param declared what was said of it
 * @param warnings those that are stored, a mask
 * @param firstAt its oldest heartbeat
 * @param lastAt its newest heartbeat
 * @param seenAt when the server received one that was new
 * @param foldedAt when its slots were counted; empty when they never were
 * @param slots those with a heartbeat that were over then, of that UTC day and the 29 before it
 */
record Standing(
    DeclaredStatus declared,
    int warnings,
    Instant firstAt,
    Instant lastAt,
    Instant seenAt,
    Optional<Instant> foldedAt,
    int slots) {}
