package io.muster.api.socktop;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.service.InspectionService;
import io.muster.schema.inspection.Disk;
import io.muster.schema.inspection.Journal;
import io.muster.schema.inspection.ProcessDetail;
import io.muster.schema.inspection.ProcessQuery;
import io.muster.schema.inspection.ProcessUsage;
import io.muster.schema.inspection.SampleRequest;
import io.muster.schema.inspection.Vitals;
import io.muster.schema.inspection.WithAge;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A collector that replies at once, on demand, or with a failure, and records its requests. */
final class FakeSocktopCollector implements InspectionService {
  private final List<String> requests = new ArrayList<>();
  private final List<Runnable> deferredAnswers = new ArrayList<>();
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

  /** Defers replies until {@link #completeAnswer} from now on. */
  void deferAnswers() {
    deferring = true;
  }

  /** Completes a deferred reply; 0 is the one that was requested first. */
  void completeAnswer(int index) {
    deferredAnswers.get(index).run();
  }

  @Override
  public Future<WithAge<Vitals>> vitals(SampleRequest request) {
    return answer("vitals " + request.maxAgeMillis(), vitals);
  }

  @Override
  public Future<WithAge<List<Disk>>> disks(SampleRequest request) {
    return answer("disks " + request.maxAgeMillis(), SocktopFixture.DISKS);
  }

  @Override
  public Future<WithAge<List<ProcessUsage>>> processes(SampleRequest request) {
    return answer("processes " + request.maxAgeMillis(), SocktopFixture.PROCESSES);
  }

  @Override
  public Future<WithAge<ProcessDetail>> process(ProcessQuery query) {
    return answer("process " + query.pid() + " " + query.maxAgeMillis(), SocktopFixture.PROCESS);
  }

  @Override
  public Future<WithAge<Journal>> journal(ProcessQuery query) {
    return answer("journal " + query.pid() + " " + query.maxAgeMillis(), journal);
  }

  private <T> Future<WithAge<T>> answer(String request, T value) {
    requests.add(request);
    if (failure.isPresent()) {
      return Future.failedFuture(failure.get());
    }
    var answer = new WithAge<>(ageMillis, value);
    if (!deferring) {
      return Future.succeededFuture(answer);
    }
    var promise = Promise.<WithAge<T>>promise();
    deferredAnswers.add(() -> promise.complete(answer));
    return promise.future();
  }
}
