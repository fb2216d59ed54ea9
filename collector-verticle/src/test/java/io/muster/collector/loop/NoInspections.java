package io.muster.collector.loop;

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
import java.util.List;

/** A host that cannot be looked at closely; each refusal names what was asked for. */
final class NoInspections implements InspectionService {
  @Override
  public Future<WithAge<Vitals>> vitals(SampleRequest request) {
    return refused("vitals " + request);
  }

  @Override
  public Future<WithAge<List<Disk>>> disks(SampleRequest request) {
    return refused("disks " + request);
  }

  @Override
  public Future<WithAge<List<ProcessUsage>>> processes(SampleRequest request) {
    return refused("processes " + request);
  }

  @Override
  public Future<WithAge<ProcessDetail>> process(ProcessQuery query) {
    return refused("process " + query);
  }

  @Override
  public Future<WithAge<Journal>> journal(ProcessQuery query) {
    return refused("journal " + query);
  }

  private static <T> Future<T> refused(String what) {
    return Future.failedFuture(new FleetException(Code.UNAVAILABLE, what));
  }
}
