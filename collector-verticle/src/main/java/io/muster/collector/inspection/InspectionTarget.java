package io.muster.collector.inspection;

import io.muster.schema.gpu.Gpu;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Supplier;

/**
 * A host that can be inspected.
 *
 * @param hostId hostname, for messages
 * @param threadName name of the thread that reads the host; targets with the same thread name share
 *     the thread
 * @param inspectorFactory creates an inspector; must not read anything
 * @param journal journal of the host, read on a separate thread because it may be slow
 * @param latestGpus latest readings of its accelerators
 * @param servesProcessDetails true if single processes may be inspected
 */
public record InspectionTarget(
    String hostId,
    String threadName,
    Supplier<HostInspector> inspectorFactory,
    ProcessJournal journal,
    Supplier<Future<List<Gpu>>> latestGpus,
    boolean servesProcessDetails) {}
