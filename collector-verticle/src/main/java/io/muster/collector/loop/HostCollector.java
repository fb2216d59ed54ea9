package io.muster.collector.loop;

import io.muster.bus.DemandTopic;
import io.muster.bus.service.BusService;
import io.muster.bus.service.HostService;
import io.muster.bus.service.InspectionService;
import io.muster.collector.loop.SamplingLoop.Sample;
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
  static final Duration FLOOR = Duration.ofMillis(250);

  private final SamplingLoop loop;
  private final Clocks clocks;
  private final CollectTally tally;
  private final Consumer<Sample> publisher;
  private final InspectionService inspections;
  private @Nullable Pass running;
  private @Nullable Ended newest;
  private Optional<MessageConsumer<Buffer>> consumer = Optional.empty();

  /**
   * A collector that hands each sample to the publisher, once, before anybody is told of it.
   *
   * @param tally shared by the hosts of a node
   * @param inspections of the same host
   */
  public HostCollector(
      SamplingLoop loop,
      Clocks clocks,
      CollectTally tally,
      Consumer<Sample> publisher,
      InspectionService inspections) {
    this.loop = loop;
    this.clocks = clocks;
    this.tally = tally;
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
    if (running != null) {
      return running.head();
    }
    return newest != null && newest.onRequest() && isFresh(newest)
        ? Future.succeededFuture()
        : begin(at, false);
  }

  @Override
  public Future<CollectReceipt> collect(CollectRequest request) {
    tally.request();
    return fresh(request.contains(Section.PROCESS)).map(CollectReceipt::of);
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
  public boolean isProcessTableWanted() {
    return loop.isProcessTableWanted();
  }

  /** Answers no more requests, and closes every lane. */
  public Future<Void> close() {
    return consumer
        .map(MessageConsumer::unregister)
        .orElseGet(Future::succeededFuture)
        .eventually(loop::close);
  }

  /** Waits for one pass at most: the next begins with the lease that was just renewed. */
  private Future<FrameHeader> fresh(boolean processes) {
    if (processes) {
      loop.renewDemand(Section.PROCESS);
    }
    if (running != null) {
      return satisfies(running.processes(), processes)
          ? running.head()
          : running.head().transform(ended -> fresh(processes));
    }
    if (newest != null && satisfies(newest.processes(), processes) && isFresh(newest)) {
      return Future.succeededFuture(newest.head());
    }
    tally.pass();
    return begin(clocks.wallClock().instant(), true);
  }

  private Future<FrameHeader> begin(Instant at, boolean onRequest) {
    var processes = loop.isProcessTableWanted();
    var head =
        loop.sample(at)
            .map(sample -> ended(sample, processes, onRequest))
            .eventually(
                () -> {
                  running = null;
                  return Future.succeededFuture();
                });
    running = head.isComplete() ? null : new Pass(head, processes);
    return head;
  }

  private FrameHeader ended(Sample sample, boolean processes, boolean onRequest) {
    publisher.accept(sample);
    var head = sample.frame().header();
    newest = new Ended(head, processes, onRequest, clocks.nanoTime().getAsLong());
    return head;
  }

  private boolean isFresh(Ended pass) {
    return clocks.nanoTime().getAsLong() - pass.endedNanos() < FLOOR.toNanos();
  }

  /** A table that was asked for and not read is no reason to ask again at once. */
  private static boolean satisfies(boolean askedFor, boolean wanted) {
    return askedFor || !wanted;
  }

  /**
   * A pass under way.
   *
   * @param head of its frame, when it is published
   * @param processes whether it asks for the process table
   */
  private record Pass(Future<FrameHeader> head, boolean processes) {}

  /** A pass that gave a frame. */
  private record Ended(FrameHeader head, boolean processes, boolean onRequest, long endedNanos) {}
}
