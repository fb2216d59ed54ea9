package io.muster.collector.loop;

import io.muster.bus.Address;
import io.muster.bus.DemandTopic;
import io.muster.bus.service.HostService;
import io.muster.bus.service.InspectionService;
import io.muster.bus.transport.BusService;
import io.muster.collector.loop.SamplingLoop.CollectedFrame;
import io.muster.runtime.node.Clocks;
import io.muster.runtime.node.CoalescingCache;
import io.muster.runtime.node.TimedValue;
import io.muster.schema.frame.CollectReply;
import io.muster.schema.frame.CollectRequest;
import io.muster.schema.frame.FrameHeader;
import io.muster.schema.frame.Section;
import io.muster.schema.inspection.AgedSample;
import io.muster.schema.inspection.Disk;
import io.muster.schema.inspection.Journal;
import io.muster.schema.inspection.ProcessDetail;
import io.muster.schema.inspection.ProcessQuery;
import io.muster.schema.inspection.ProcessUsage;
import io.muster.schema.inspection.SampleRequest;
import io.muster.schema.inspection.Vitals;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Collects the frames of one host, at ticks and on request, and never reads its hardware twice at
 * once: a request that the newest frame does not satisfy joins the pass in progress; a request that
 * needs more than that pass reads shares the one after it. Inspection requests are forwarded.
 * Confined to the context that created it, except for {@link #hasProcessTableDemand}.
 */
public final class HostCollector implements HostService {
  /** Age below which a frame is fresh: a request that it satisfies does not start another pass. */
  static final Duration MAX_FRESH_AGE = Duration.ofMillis(250);

  private final SamplingLoop loop;
  private final Clocks clocks;
  private final CollectMetrics metrics;
  private final Consumer<CollectedFrame> publisher;
  private final InspectionService inspections;
  private final CoalescingCache<String, FinishedPass> passes;
  private Optional<MessageConsumer<Buffer>> consumer = Optional.empty();

  /**
   * Creates a collector that passes each frame to the publisher, once, before any request completes
   * with it.
   *
   * @param metrics shared by the hosts of a node
   * @param inspections inspections of the same host
   */
  public HostCollector(
      SamplingLoop loop,
      Clocks clocks,
      CollectMetrics metrics,
      Consumer<CollectedFrame> publisher,
      InspectionService inspections) {
    this.loop = loop;
    this.clocks = clocks;
    this.metrics = metrics;
    this.publisher = publisher;
    this.inspections = inspections;
    this.passes = new CoalescingCache<>(1, clocks.nanoTime());
  }

  /** Subscribes to the demand leases for this host's process table and to requests. */
  public Future<?> listen(BusService services) {
    return services
        .registerDirect(
            Address.collector(profile().hostId()),
            HostService.class,
            this,
            DemandTopic.demandHandler(loop::renewDemand))
        .onSuccess(listening -> consumer = Optional.of(listening));
  }

  /**
   * Runs one tick. Never fails because of hardware trouble. A fresh frame that was collected on
   * request replaces the tick's, because rates over a few milliseconds are meaningless.
   */
  public Future<?> tick(Instant at) {
    return latestOrNewPass(FinishedPass::isOnRequest, at, false);
  }

  @Override
  public Future<CollectReply> collect(CollectRequest request) {
    metrics.requests().increment();
    return collectFresh(request.contains(Section.PROCESS)).map(CollectReply::of);
  }

  @Override
  public Future<AgedSample<Vitals>> vitals(SampleRequest request) {
    return inspections.vitals(request);
  }

  @Override
  public Future<AgedSample<List<Disk>>> disks(SampleRequest request) {
    return inspections.disks(request);
  }

  @Override
  public Future<AgedSample<List<ProcessUsage>>> processes(SampleRequest request) {
    return inspections.processes(request);
  }

  @Override
  public Future<AgedSample<ProcessDetail>> process(ProcessQuery query) {
    return inspections.process(query);
  }

  @Override
  public Future<AgedSample<Journal>> journal(ProcessQuery query) {
    return inspections.journal(query);
  }

  public HostProfile profile() {
    return loop.profile();
  }

  /**
   * Returns true if the demand lease for the process table is active. May be called by any thread.
   */
  public boolean hasProcessTableDemand() {
    return loop.hasProcessTableDemand();
  }

  /** Stops serving requests and closes every lane. */
  public Future<Void> close() {
    return consumer
        .map(MessageConsumer::unregister)
        .orElseGet(Future::succeededFuture)
        .eventually(loop::close);
  }

  /**
   * Returns the header of a fresh frame. Waits for at most one other pass, because the pass after
   * that starts with the lease that was just renewed.
   */
  private Future<FrameHeader> collectFresh(boolean needsProcesses) {
    if (needsProcesses) {
      loop.renewDemand(Section.PROCESS);
    }
    Predicate<FinishedPass> serves = pass -> pass.includesProcesses() || !needsProcesses;
    return latestOrNewPass(serves, clocks.wallClock().instant(), true)
        .compose(
            pass ->
                serves.test(pass)
                    ? Future.succeededFuture(pass.header())
                    : collectFresh(needsProcesses));
  }

  /** Joins the pass in progress, even if it is not acceptable. */
  private Future<FinishedPass> latestOrNewPass(
      Predicate<FinishedPass> acceptable, Instant at, boolean onRequest) {
    var hostId = profile().hostId();
    var isAcceptable = passes.latest(hostId).map(TimedValue::value).filter(acceptable).isPresent();
    return passes
        .get(hostId, isAcceptable ? MAX_FRESH_AGE : Duration.ZERO, () -> runPass(at, onRequest))
        .map(TimedValue::value);
  }

  private Future<TimedValue<FinishedPass>> runPass(Instant at, boolean onRequest) {
    if (onRequest) {
      metrics.passes().increment();
    }
    var includesProcesses = loop.hasProcessTableDemand();
    return loop.sample(at)
        .map(
            collected -> {
              publisher.accept(collected);
              var header = collected.frame().header();
              return new TimedValue<>(
                  new FinishedPass(header, includesProcesses, onRequest),
                  clocks.nanoTime().getAsLong());
            });
  }

  /**
   * A pass that yielded a frame.
   *
   * @param includesProcesses true if the pass requested the process table, even if it could not be
   *     read: an unreadable table does not cause another pass
   */
  private record FinishedPass(FrameHeader header, boolean includesProcesses, boolean isOnRequest) {}
}
