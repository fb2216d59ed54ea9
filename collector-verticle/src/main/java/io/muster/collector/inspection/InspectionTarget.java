package io.muster.collector.inspection;

import io.muster.schema.gpu.Gpu;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Supplier;

/**
 * A host that can be looked at.
 *
 * @param hostId hostname, for messages
 * @param threadName name of the thread that reads it, shared by hosts that give the same
 * @param inspectorFactory makes one; must not read anything yet
 * @param journal is read on a thread of its own, since it may be slow
 * @param latestGpus what its accelerators did lately
 * @param processDetails whether processes may be looked at one by one
 */
public record InspectionTarget(
    String hostId,
    String threadName,
    Supplier<HostInspector> inspectorFactory,
    ProcessJournal journal,
    Supplier<Future<List<Gpu>>> latestGpus,
    boolean processDetails) {}
