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

/** A collector that answers at once, or when it is told, or not at all; and counts. */
final class FakeCollector implements InspectionService {
  private final List<String> asked = new ArrayList<>();
  private final List<Runnable> held = new ArrayList<>();
  private boolean holding;
  private long ageMillis;
  private Optional<FleetException> failure = Optional.empty();
  private Vitals vitals = Sample.VITALS;
  private Journal journal = Sample.JOURNAL;

  /** Everything that was asked, such as {@code vitals 250}. */
  List<String> asked() {
    return List.copyOf(asked);
  }

  void shows(Vitals newer) {
    vitals = newer;
  }

  void shows(Journal newer) {
    journal = newer;
  }

  /** From now on samples are so old when they are handed over. */
  void ages(long millis) {
    ageMillis = millis;
  }

  void fails(Code code, String message) {
    failure = Optional.of(new FleetException(code, message));
  }

  void recovers() {
    failure = Optional.empty();
  }

  /** From now on answers wait until they are released. */
  void holds() {
    holding = true;
  }

  /** Gives the held answer; 0 is the one that was asked for first. */
  void release(int index) {
    held.get(index).run();
  }

  @Override
  public Future<WithAge<Vitals>> vitals(SampleRequest request) {
    return answer("vitals " + request.maxAgeMillis(), vitals);
  }

  @Override
  public Future<WithAge<List<Disk>>> disks(SampleRequest request) {
    return answer("disks " + request.maxAgeMillis(), Sample.DISKS);
  }

  @Override
  public Future<WithAge<List<ProcessUsage>>> processes(SampleRequest request) {
    return answer("processes " + request.maxAgeMillis(), Sample.PROCESSES);
  }

  @Override
  public Future<WithAge<ProcessDetail>> process(ProcessQuery query) {
    return answer("process " + query.pid() + " " + query.maxAgeMillis(), Sample.PROCESS);
  }

  @Override
  public Future<WithAge<Journal>> journal(ProcessQuery query) {
    return answer("journal " + query.pid() + " " + query.maxAgeMillis(), journal);
  }

  private <T> Future<WithAge<T>> answer(String question, T value) {
    asked.add(question);
    if (failure.isPresent()) {
      return Future.failedFuture(failure.get());
    }
    var answer = new WithAge<>(ageMillis, value);
    if (!holding) {
      return Future.succeededFuture(answer);
    }
    var promise = Promise.<WithAge<T>>promise();
    held.add(() -> promise.complete(answer));
    return promise.future();
  }
}
