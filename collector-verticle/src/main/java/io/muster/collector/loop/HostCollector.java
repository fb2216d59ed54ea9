package io.muster.collector.loop;

import io.muster.bus.DemandTopic;
import io.muster.bus.service.BusService;
import io.muster.bus.service.HostService;
import io.muster.bus.service.InspectionService;
import io.muster.collector.loop.SamplingLoop.CollectedFrame;
import io.muster.runtime.node.Clocks;
import io.muster.schema.frame.CollectReceipt;
import io.muster.schema.frame.CollectRequest;
import io.muster.schema.frame.FrameHeader;
import io.muster.schema.frame.Section;
import io.muster.schema.inspection.Disk;
import io.muster.schema.inspection.Journal;
import io.muster.schema.inspection.ProcessDetail;
import io.muster.schema.inspection.ProcessQuery;
import io.muster.schema.inspection.ProcessUsage;
import io.muster.schema.inspection.SampleRequest;
import io.muster.schema.inspection.Vitals;
import io.muster.schema.inspection.WithAge;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Collects the frames of one host, at ticks and on request, and reads its hardware never twice at
 * once: who comes while a pass runs joins it, and who needs more than that pass reads shares the
 * one after it. Who wants to look closely is passed on. Confined to the context that made it.
 */
public final class HostCollector implements HostService {
  /** A frame of this age is fresh: so often at most do requests make the hardware work. */
  static final Duration MAX_FRESH_AGE = Duration.ofMillis(250);

  private final SamplingLoop loop;
  private final Clocks clocks;
  private final CollectCounters counters;
  private final Consumer<CollectedFrame> publisher;
  private final InspectionService inspections;
  private @Nullable RunningPass runningPass;
  private @Nullable FinishedPass latestPass;
  private Optional<MessageConsumer<Buffer>> consumer = Optional.empty();

  /**
   * A collector that hands each sample to the publisher, once, before anybody is told of it.
   *
   * @param counters shared by the hosts of a node
   * @param inspections of the same host
   */
  public HostCollector(
      SamplingLoop loop,
      Clocks clocks,
      CollectCounters counters,
      Consumer<CollectedFrame> publisher,
      InspectionService inspections) {
    this.loop = loop;
    this.clocks = clocks;
    this.counters = counters;
    this.publisher = publisher;
    this.inspections = inspections;
  }

  /** Listens for who wants this host's process table, and for requests. */
  public Future<?> listen(DemandTopic topic) {
    return topic
        .subscribe(
            profile().hostId(),
            loop::renewDemand,
            vertx -> BusService.requestHandler(vertx, HostService.class, this))
        .onSuccess(listening -> consumer = Optional.of(listening));
  }

  /**
   * One tick. Never fails for hardware trouble. Served by a frame that was made on request just
   * before: shares of time over some milliseconds are worth nothing.
   */
  public Future<?> tick(Instant at) {
    if (runningPass != null) {
      return runningPass.head();
    }
    return latestPass != null && latestPass.onRequest() && isFresh(latestPass)
        ? Future.succeededFuture()
        : startPass(at, false);
  }

  @Override
  public Future<CollectReceipt> collect(CollectRequest request) {
    counters.countRequest();
    return collectFresh(request.contains(Section.PROCESS)).map(CollectReceipt::of);
  }

  @Override
  public Future<WithAge<Vitals>> vitals(SampleRequest request) {
    return inspections.vitals(request);
  }

  @Override
  public Future<WithAge<List<Disk>>> disks(SampleRequest request) {
    return inspections.disks(request);
  }

  @Override
  public Future<WithAge<List<ProcessUsage>>> processes(SampleRequest request) {
    return inspections.processes(request);
  }

  @Override
  public Future<WithAge<ProcessDetail>> process(ProcessQuery query) {
    return inspections.process(query);
  }

  @Override
  public Future<WithAge<Journal>> journal(ProcessQuery query) {
    return inspections.journal(query);
  }

  public HostProfile profile() {
    return loop.profile();
  }

  /** Whether somebody wants the process table now. Any thread may ask. */
  public boolean hasProcessTableDemand() {
    return loop.hasProcessTableDemand();
  }

  /** Answers no more requests, and closes every lane. */
  public Future<Void> close() {
    return consumer
        .map(MessageConsumer::unregister)
        .orElseGet(Future::succeededFuture)
        .eventually(loop::close);
  }

  /** Waits for one pass at most: the next begins with the lease that was just renewed. */
  private Future<FrameHeader> collectFresh(boolean needsProcesses) {
    if (needsProcesses) {
      loop.renewDemand(Section.PROCESS);
    }
    if (runningPass != null) {
      return canServe(runningPass.includesProcesses(), needsProcesses)
          ? runningPass.head()
          : runningPass.head().transform(ended -> collectFresh(needsProcesses));
    }
    if (latestPass != null
        && canServe(latestPass.includesProcesses(), needsProcesses)
        && isFresh(latestPass)) {
      return Future.succeededFuture(latestPass.head());
    }
    counters.countPass();
    return startPass(clocks.wallClock().instant(), true);
  }

  private Future<FrameHeader> startPass(Instant at, boolean onRequest) {
    var includesProcesses = loop.hasProcessTableDemand();
    var head =
        loop.sample(at)
            .map(collected -> finishPass(collected, includesProcesses, onRequest))
            .eventually(
                () -> {
                  runningPass = null;
                  return Future.succeededFuture();
                });
    runningPass = head.isComplete() ? null : new RunningPass(head, includesProcesses);
    return head;
  }

  private FrameHeader finishPass(
      CollectedFrame collected, boolean includesProcesses, boolean onRequest) {
    publisher.accept(collected);
    var head = collected.frame().header();
    latestPass =
        new FinishedPass(head, includesProcesses, onRequest, clocks.nanoTime().getAsLong());
    return head;
  }

  private boolean isFresh(FinishedPass pass) {
    return clocks.nanoTime().getAsLong() - pass.endedAtNanos() < MAX_FRESH_AGE.toNanos();
  }

  /** A table that was asked for and not read is no reason to ask again at once. */
  private static boolean canServe(boolean includesProcesses, boolean needsProcesses) {
    return includesProcesses || !needsProcesses;
  }

  /**
   * A pass under way.
   *
   * @param head of its frame, when it is published
   * @param includesProcesses whether it asks for the process table
   */
  private record RunningPass(Future<FrameHeader> head, boolean includesProcesses) {}

  /** A pass that gave a frame. */
  private record FinishedPass(
      FrameHeader head, boolean includesProcesses, boolean onRequest, long endedAtNanos) {}
}
