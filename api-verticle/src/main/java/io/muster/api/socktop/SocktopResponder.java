package io.muster.api.socktop;

import io.muster.api.fleet.HostSelector;
import io.muster.api.socktop.SocktopRequest.SocktopRequestType;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.service.InspectionService;
import io.muster.runtime.node.Clocks;
import io.muster.runtime.node.CoalescingCache;
import io.muster.runtime.node.TimedValue;
import io.muster.schema.inspection.AgedSample;
import io.muster.schema.inspection.ProcessQuery;
import io.muster.schema.inspection.SampleRequest;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replies to all clients of one event loop: each reply is sampled, encoded and compressed once for
 * all clients that request it within its maximum age. For a host that does not respond the last
 * reply is sent again, which contains the time of its collection. Confined to one event loop.
 */
final class SocktopResponder {
  private static final Logger log = LoggerFactory.getLogger(SocktopResponder.class);
  private static final Duration PROCESS_MAX_AGE = Duration.ofMillis(250);
  private static final Duration JOURNAL_MAX_AGE = Duration.ofSeconds(1);

  /** The number of processes that socktop_agent caches. */
  private static final int MAX_PROCESSES = 64;

  /** The client times out after 5 s. */
  private static final Duration HOST_TIMEOUT = Duration.ofSeconds(2);

  /** The client times out after 2 s. */
  private static final Duration PROCESS_TIMEOUT = Duration.ofMillis(1500);

  private final SocktopConfig config;
  private final HostSelector hostSelector;
  private final Clocks clocks;
  private final BiFunction<String, Duration, InspectionService> collectors;
  private final CoalescingCache<String, EncodedReply> metrics;
  private final CoalescingCache<String, EncodedReply> disks;
  private final CoalescingCache<String, EncodedReply> processes;
  private final CoalescingCache<ProcessKey, EncodedReply> processDetails;
  private final CoalescingCache<ProcessKey, EncodedReply> journals;
  private final EncodedReply noDisks = EncodedReply.json(List.of());
  private final EncodedReply noProcesses =
      ProcessTableReply.encode(List.of(), UnaryOperator.identity());
  private final EncodedReply invalidRequest = EncodedReply.json(InvalidRequestReply.INSTANCE);
  private final Set<String> unresponsiveHosts = new HashSet<>();

  /**
   * Creates a responder with empty caches.
   *
   * @param hostSelector identifies remote hosts, whose processes must not be mistaken for local
   *     ones
   * @param collectors returns the collector of a host, which fails with a {@link FleetException} if
   *     it does not reply within the given time
   */
  SocktopResponder(
      SocktopConfig config,
      HostSelector hostSelector,
      Clocks clocks,
      BiFunction<String, Duration, InspectionService> collectors) {
    this.config = config;
    this.hostSelector = hostSelector;
    this.clocks = clocks;
    this.collectors = collectors;
    this.metrics = new CoalescingCache<>(HostSelector.MAX_CACHED_HOSTS, clocks.nanoTime());
    this.disks = new CoalescingCache<>(HostSelector.MAX_CACHED_HOSTS, clocks.nanoTime());
    this.processes = new CoalescingCache<>(HostSelector.MAX_CACHED_HOSTS, clocks.nanoTime());
    this.processDetails = new CoalescingCache<>(MAX_PROCESSES, clocks.nanoTime());
    this.journals = new CoalescingCache<>(MAX_PROCESSES, clocks.nanoTime());
  }

  /** Returns the reply; fails only for metrics of a host that never returned any. */
  Future<EncodedReply> respond(String host, SocktopRequest request) {
    var processKey = new ProcessKey(host, request.pid());
    return switch (request.type()) {
      case METRICS -> getOrLatest(metrics, host, config.metricsMaxAge(), () -> fetchVitals(host));
      case DISKS ->
          getOrLatest(disks, host, config.disksMaxAge(), () -> fetchDisks(host)).otherwise(noDisks);
      case PROCESSES ->
          getOrLatest(processes, host, config.processesMaxAge(), () -> fetchProcesses(host))
              .otherwise(noProcesses);
      case PROCESS_METRICS ->
          processDetails
              .get(processKey, PROCESS_MAX_AGE, () -> fetchProcess(processKey))
              .map(TimedValue::value)
              .otherwise(cause -> encodeError(request, cause));
      case JOURNAL_ENTRIES ->
          journals
              .get(processKey, JOURNAL_MAX_AGE, () -> fetchJournal(processKey))
              .map(TimedValue::value)
              .otherwise(cause -> encodeError(request, cause));
      case UNKNOWN -> Future.succeededFuture(invalidRequest);
    };
  }

  private static Future<EncodedReply> getOrLatest(
      CoalescingCache<String, EncodedReply> cache,
      String host,
      Duration maxAge,
      Supplier<Future<TimedValue<EncodedReply>>> loader) {
    return cache
        .get(host, maxAge, loader)
        .recover(
            cause ->
                cache
                    .latest(host)
                    .map(Future::succeededFuture)
                    .orElseGet(() -> Future.failedFuture(cause)))
        .map(TimedValue::value);
  }

  private Future<TimedValue<EncodedReply>> fetchVitals(String host) {
    return encode(
        collectors
            .apply(host, HOST_TIMEOUT)
            .vitals(new SampleRequest(config.metricsMaxAge().toMillis()))
            .onSuccess(ignored -> markResponsive(host))
            .onFailure(cause -> markUnresponsive(host, cause)),
        sample -> EncodedReply.json(MetricsReply.of(host, sample.value())));
  }

  private Future<TimedValue<EncodedReply>> fetchDisks(String host) {
    return encode(
        collectors
            .apply(host, HOST_TIMEOUT)
            .disks(new SampleRequest(config.disksMaxAge().toMillis())),
        sample -> EncodedReply.json(sample.value().stream().map(DiskReply::of).toList()));
  }

  private Future<TimedValue<EncodedReply>> fetchProcesses(String host) {
    return encode(
        collectors
            .apply(host, HOST_TIMEOUT)
            .processes(new SampleRequest(config.processesMaxAge().toMillis())),
        sample -> ProcessTableReply.encode(sample.value(), displayNames(host)));
  }

  private Future<TimedValue<EncodedReply>> fetchProcess(ProcessKey key) {
    return encode(
        collectors
            .apply(key.host(), PROCESS_TIMEOUT)
            .process(new ProcessQuery(key.pid(), PROCESS_MAX_AGE.toMillis())),
        sample ->
            EncodedReply.json(
                ProcessReply.of(
                    sample.value(), displayNames(key.host()), collectedAtSeconds(sample))));
  }

  private Future<TimedValue<EncodedReply>> fetchJournal(ProcessKey key) {
    return encode(
        collectors
            .apply(key.host(), PROCESS_TIMEOUT)
            .journal(new ProcessQuery(key.pid(), JOURNAL_MAX_AGE.toMillis())),
        sample -> EncodedReply.json(JournalReply.of(sample.value(), collectedAtSeconds(sample))));
  }

  private <T> Future<TimedValue<EncodedReply>> encode(
      Future<AgedSample<T>> collected, Function<AgedSample<T>, EncodedReply> encoder) {
    return collected.map(
        sample ->
            TimedValue.ofAge(
                encoder.apply(sample), sample.ageMillis(), clocks.nanoTime().getAsLong()));
  }

  private static EncodedReply encodeError(SocktopRequest request, Throwable cause) {
    return EncodedReply.json(ProcessErrorReply.of(request, cause));
  }

  /** Seconds since the epoch, by this node's clock. */
  private long collectedAtSeconds(AgedSample<?> sample) {
    return (clocks.wallClock().millis() - sample.ageMillis()) / 1000;
  }

  /**
   * Returns the display names of a host. The client offers to kill a process that it considers
   * local, by its id, and only if the local process has the same name: processes of remote hosts
   * therefore get a name that no local process has.
   */
  private UnaryOperator<String> displayNames(String host) {
    return hostSelector.isRemote(host) ? name -> host + ":" + name : UnaryOperator.identity();
  }

  private void markResponsive(String host) {
    if (unresponsiveHosts.remove(host)) {
      log.info("host responds again endpoint=socktop host={}", host);
    }
  }

  private void markUnresponsive(String host, Throwable cause) {
    if (unresponsiveHosts.add(host)) {
      log.warn(
          "host does not respond endpoint=socktop host={} reason={}", host, cause.getMessage());
    }
  }

  private record ProcessKey(String host, long pid) {}

  /** The error reply to a request for a process, in the format of the agent. */
  private record ProcessErrorReply(String error, long pid, String request) {
    static ProcessErrorReply of(SocktopRequest request, Throwable cause) {
      return new ProcessErrorReply(
          errorMessage(request, cause), request.pid(), request.type().command());
    }

    private static String errorMessage(SocktopRequest request, Throwable cause) {
      if (cause instanceof FleetException failure && failure.code() == Code.PROCESS_UNKNOWN) {
        return "Process " + request.pid() + " not found";
      }
      var reason = SafeValues.ascii(String.valueOf(cause.getMessage()));
      return request.type() == SocktopRequestType.JOURNAL_ENTRIES
          ? "journalctl failed: " + reason
          : reason;
    }
  }

  /** The reply to JSON that is not a request; the agent does not support JSON and has none. */
  private record InvalidRequestReply(String error) {
    private static final InvalidRequestReply INSTANCE =
        new InvalidRequestReply(
            "not a request: expected {\"type\":\"metrics\"}, disks, processes, or with"
                + " \"pid\":0..4294967295 process_metrics or journal_entries");
  }
}
