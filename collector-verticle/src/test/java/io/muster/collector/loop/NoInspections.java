package io.muster.collector.loop;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.service.InspectionService;
import io.muster.schema.inspection.Aged;
import io.muster.schema.inspection.Disk;
import io.muster.schema.inspection.Journal;
import io.muster.schema.inspection.ProcessDetail;
import io.muster.schema.inspection.ProcessQuery;
import io.muster.schema.inspection.ProcessShare;
import io.muster.schema.inspection.SampleRequest;
import io.muster.schema.inspection.Vitals;
import io.vertx.core.Future;
import java.util.List;

/** A host that cannot be looked at closely; each refusal names what was asked for. */
final class NoInspections implements InspectionService {
  @Override
  public Future<Aged<Vitals>> vitals(SampleRequest request) {
    return refused("vitals " + request);
  }

  @Override
  public Future<Aged<List<Disk>>> disks(SampleRequest request) {
    return refused("disks " + request);
  }

  @Override
  public Future<Aged<List<ProcessShare>>> processes(SampleRequest request) {
    return refused("processes " + request);
  }

  @Override
  public Future<Aged<ProcessDetail>> process(ProcessQuery query) {
    return refused("process " + query);
  }

  @Override
  public Future<Aged<Journal>> journal(ProcessQuery query) {
    return refused("journal " + query);
  }

  private static <T> Future<T> refused(String what) {
    return Future.failedFuture(new FleetException(Code.UNAVAILABLE, what));
  }
}
