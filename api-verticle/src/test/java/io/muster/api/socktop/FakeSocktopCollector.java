package io.muster.api.socktop;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.service.InspectionService;
import io.muster.schema.inspection.AgedSample;
import io.muster.schema.inspection.Disk;
import io.muster.schema.inspection.Journal;
import io.muster.schema.inspection.ProcessDetail;
import io.muster.schema.inspection.ProcessQuery;
import io.muster.schema.inspection.ProcessUsage;
import io.muster.schema.inspection.SampleRequest;
import io.muster.schema.inspection.Vitals;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A collector that replies at once, on demand, or with a failure, and records its requests. */
final class FakeSocktopCollector implements InspectionService {
  private final List<String> requests = new ArrayList<>();
  private final List<Runnable> deferredReplies = new ArrayList<>();
  private boolean deferring;
  private long ageMillis;
  private Optional<FleetException> failure = Optional.empty();
  private Vitals vitals = SocktopFixture.VITALS;
  private Journal journal = SocktopFixture.JOURNAL;

  /** All requests, such as {@code vitals 250}. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  void setVitals(Vitals newer) {
    vitals = newer;
  }

  void setJournal(Journal newer) {
    journal = newer;
  }

  /** Sets the age of the samples from now on. */
  void setAgeMillis(long millis) {
    ageMillis = millis;
  }

  void failWith(Code code, String message) {
    failure = Optional.of(new FleetException(code, message));
  }

  void recover() {
    failure = Optional.empty();
  }

  /** Defers replies until {@link #completeReply} from now on. */
  void deferReplies() {
    deferring = true;
  }

  /** Completes a deferred reply; 0 is the one that was requested first. */
  void completeReply(int index) {
    deferredReplies.get(index).run();
  }

  @Override
  public Future<AgedSample<Vitals>> vitals(SampleRequest request) {
    return reply("vitals " + request.maxAgeMillis(), vitals);
  }

  @Override
  public Future<AgedSample<List<Disk>>> disks(SampleRequest request) {
    return reply("disks " + request.maxAgeMillis(), SocktopFixture.DISKS);
  }

  @Override
  public Future<AgedSample<List<ProcessUsage>>> processes(SampleRequest request) {
    return reply("processes " + request.maxAgeMillis(), SocktopFixture.PROCESSES);
  }

  @Override
  public Future<AgedSample<ProcessDetail>> process(ProcessQuery query) {
    return reply("process " + query.pid() + " " + query.maxAgeMillis(), SocktopFixture.PROCESS);
  }

  @Override
  public Future<AgedSample<Journal>> journal(ProcessQuery query) {
    return reply("journal " + query.pid() + " " + query.maxAgeMillis(), journal);
  }

  private <T> Future<AgedSample<T>> reply(String request, T value) {
    requests.add(request);
    if (failure.isPresent()) {
      return Future.failedFuture(failure.get());
    }
    var reply = new AgedSample<>(ageMillis, value);
    if (!deferring) {
      return Future.succeededFuture(reply);
    }
    var promise = Promise.<AgedSample<T>>promise();
    deferredReplies.add(() -> promise.complete(reply));
    return promise.future();
  }
}
