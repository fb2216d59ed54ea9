package io.muster.api.socktop;

import io.muster.api.inspection.HostChoice;
import io.muster.api.inspection.Shelf;
import io.muster.api.socktop.SocktopRequest.Question;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.service.InspectionService;
import io.muster.runtime.node.Clocks;
import io.muster.schema.inspection.ProcessQuery;
import io.muster.schema.inspection.SampleRequest;
import io.muster.schema.inspection.WithAge;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answers to all clients of one event loop: each is asked for, encoded and compressed once for
 * everybody who wants it while it is young enough. A host that does not answer gives its last
 * answer again, which says when it was collected. Confined to its event loop.
 */
public final class Answers {
  private static final Logger log = LoggerFactory.getLogger(Answers.class);
  private static final Duration PROCESS_MAX_AGE = Duration.ofMillis(250);
  private static final Duration JOURNAL_MAX_AGE = Duration.ofSeconds(1);

  /** As many as socktop_agent remembers. */
  private static final int MAX_PROCESSES = 64;

  /** The client gives up after 5 s. */
  private static final Duration HOST_TIMEOUT = Duration.ofSeconds(2);

  /** The client gives up after 2 s. */
  private static final Duration PROCESS_TIMEOUT = Duration.ofMillis(1500);

  private static final Reply NO_DISKS = Reply.json(List.of());
  private static final Reply NO_PROCESSES = ProcessTable.of(List.of(), UnaryOperator.identity());
  private static final Reply NOT_UNDERSTOOD = Reply.json(NotUnderstood.ONE);

  private final HostChoice hosts;
  private final Clocks clocks;
  private final BiFunction<String, Duration, InspectionService> collectors;
  private final Shelf<String, Reply> metrics;
  private final Shelf<String, Reply> disks;
  private final Shelf<String, Reply> processes;
  private final Shelf<Subject, Reply> details;
  private final Shelf<Subject, Reply> journals;
  private final Set<String> silent = new HashSet<>();

  /**
   * Nothing known yet.
   *
   * @param hosts which of them are other machines, whose processes must not pass for local ones
   * @param collectors the collector of a host, which fails with a {@link FleetException} when no
   *     answer comes in the given time
   */
  public Answers(
      SocktopConfig config,
      HostChoice hosts,
      Clocks clocks,
      BiFunction<String, Duration, InspectionService> collectors) {
    this.hosts = hosts;
    this.clocks = clocks;
    this.collectors = collectors;
    this.metrics = shelf(config.metricsMaxAge(), host -> askVitals(host, config.metricsMaxAge()));
    this.disks = shelf(config.disksMaxAge(), host -> askDisks(host, config.disksMaxAge()));
    this.processes =
        shelf(config.processesMaxAge(), host -> askProcesses(host, config.processesMaxAge()));
    this.details = new Shelf<>(MAX_PROCESSES, PROCESS_MAX_AGE, clocks.nanoTime(), this::askProcess);
    this.journals =
        new Shelf<>(MAX_PROCESSES, JOURNAL_MAX_AGE, clocks.nanoTime(), this::askJournal);
  }

  /** The answer; fails only for metrics of a host that never gave any. */
  Future<Reply> answer(String host, SocktopRequest request) {
    var subject = new Subject(host, request.pid());
    return switch (request.question()) {
      case METRICS -> orLast(metrics, host, Future::failedFuture);
      case DISKS -> orLast(disks, host, cause -> Future.succeededFuture(NO_DISKS));
      case PROCESSES -> orLast(processes, host, cause -> Future.succeededFuture(NO_PROCESSES));
      case PROCESS_METRICS, JOURNAL_ENTRIES ->
          (request.question() == Question.JOURNAL_ENTRIES ? journals : details)
              .get(subject)
              .otherwise(cause -> Reply.json(Refusal.of(request, cause)));
      case UNKNOWN -> Future.succeededFuture(NOT_UNDERSTOOD);
    };
  }

  private static Future<Reply> orLast(
      Shelf<String, Reply> shelf, String host, Function<Throwable, Future<Reply>> otherwise) {
    return shelf
        .get(host)
        .recover(
            cause ->
                shelf
                    .last(host)
                    .map(Future::succeededFuture)
                    .orElseGet(() -> otherwise.apply(cause)));
  }

  private Shelf<String, Reply> shelf(
      Duration maxAge, Function<String, Future<WithAge<Reply>>> ask) {
    return new Shelf<>(Shelf.HOSTS, maxAge, clocks.nanoTime(), ask);
  }

  private Future<WithAge<Reply>> askVitals(String host, Duration maxAge) {
    return collectors
        .apply(host, HOST_TIMEOUT)
        .vitals(new SampleRequest(maxAge.toMillis()))
        .onSuccess(answered -> heard(host))
        .onFailure(cause -> missed(host, cause))
        .map(sample -> encoded(sample, vitals -> Reply.json(MetricsReply.of(host, vitals))));
  }

  private Future<WithAge<Reply>> askDisks(String host, Duration maxAge) {
    return collectors
        .apply(host, HOST_TIMEOUT)
        .disks(new SampleRequest(maxAge.toMillis()))
        .map(
            sample ->
                encoded(sample, list -> Reply.json(list.stream().map(DiskReply::of).toList())));
  }

  private Future<WithAge<Reply>> askProcesses(String host, Duration maxAge) {
    return collectors
        .apply(host, HOST_TIMEOUT)
        .processes(new SampleRequest(maxAge.toMillis()))
        .map(sample -> encoded(sample, list -> ProcessTable.of(list, shownAt(host))));
  }

  private Future<WithAge<Reply>> askProcess(Subject subject) {
    return collectors
        .apply(subject.host(), PROCESS_TIMEOUT)
        .process(new ProcessQuery(subject.pid(), PROCESS_MAX_AGE.toMillis()))
        .map(
            sample ->
                encoded(
                    sample,
                    process ->
                        Reply.json(
                            ProcessReply.of(
                                process, shownAt(subject.host()), collectedAt(sample)))));
  }

  private Future<WithAge<Reply>> askJournal(Subject subject) {
    return collectors
        .apply(subject.host(), PROCESS_TIMEOUT)
        .journal(new ProcessQuery(subject.pid(), JOURNAL_MAX_AGE.toMillis()))
        .map(
            sample ->
                encoded(
                    sample, journal -> Reply.json(JournalReply.of(journal, collectedAt(sample)))));
  }

  private static <T> WithAge<Reply> encoded(WithAge<T> sample, Function<T, Reply> encode) {
    return new WithAge<>(sample.ageMillis(), encode.apply(sample.value()));
  }

  /** Seconds since the epoch, by this node's clock. */
  private long collectedAt(WithAge<?> sample) {
    return (clocks.wallClock().millis() - sample.ageMillis()) / 1000;
  }

  /**
   * The client offers to kill processes by their number when it believes them to be local, and only
   * if the local one has the same name: so those of other machines get a name that none has.
   */
  private UnaryOperator<String> shownAt(String host) {
    return hosts.isElsewhere(host) ? name -> host + ":" + name : UnaryOperator.identity();
  }

  private void heard(String host) {
    if (silent.remove(host)) {
      log.info("host answers again door=socktop host={}", host);
    }
  }

  private void missed(String host, Throwable cause) {
    if (silent.add(host)) {
      log.warn("host does not answer door=socktop host={} cause={}", host, cause.getMessage());
    }
  }

  private record Subject(String host, long pid) {}

  /** Why there is nothing to be said of a process, in the words of the agent. */
  private record Refusal(String error, long pid, String request) {
    static Refusal of(SocktopRequest request, Throwable cause) {
      return new Refusal(text(request, cause), request.pid(), request.question().command());
    }

    private static String text(SocktopRequest request, Throwable cause) {
      if (cause instanceof FleetException failure && failure.code() == Code.PROCESS_UNKNOWN) {
        return "Process " + request.pid() + " not found";
      }
      var reason = Tame.ascii(String.valueOf(cause.getMessage()));
      return request.question() == Question.JOURNAL_ENTRIES
          ? "journalctl failed: " + reason
          : reason;
    }
  }

  /** The answer to JSON that is no request; the agent, which knows no JSON, has none. */
  private record NotUnderstood(String error) {
    private static final NotUnderstood ONE =
        new NotUnderstood(
            "not a request: expected {\"type\":\"metrics\"}, disks, processes, or with"
                + " \"pid\":0..4294967295 process_metrics or journal_entries");
  }
}
