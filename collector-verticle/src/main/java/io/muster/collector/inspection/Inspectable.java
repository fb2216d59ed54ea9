package io.muster.collector.inspection;

import io.muster.schema.gpu.Gpu;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Supplier;

/**
 * A host that can be looked at.
 *
 * @param hostId hostname, for messages
 * @param thread name of the thread that reads it, shared by hosts that give the same
 * @param inspector makes one; must not read anything yet
 * @param journal is read on a thread of its own, since it may be slow
 * @param gpus what its accelerators did lately
 * @param details whether processes may be looked at one by one
 */
public record Inspectable(
    String hostId,
    String thread,
    Supplier<HostInspector> inspector,
    ProcessJournal journal,
    Supplier<Future<List<Gpu>>> gpus,
    boolean details) {}
