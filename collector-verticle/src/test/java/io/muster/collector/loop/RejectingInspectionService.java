package io.muster.collector.loop;

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
import java.util.List;

/** A host that rejects every inspection; the message contains the request. */
final class RejectingInspectionService implements InspectionService {
  @Override
  public Future<AgedSample<Vitals>> vitals(SampleRequest request) {
    return reject("vitals " + request);
  }

  @Override
  public Future<AgedSample<List<Disk>>> disks(SampleRequest request) {
    return reject("disks " + request);
  }

  @Override
  public Future<AgedSample<List<ProcessUsage>>> processes(SampleRequest request) {
    return reject("processes " + request);
  }

  @Override
  public Future<AgedSample<ProcessDetail>> process(ProcessQuery query) {
    return reject("process " + query);
  }

  @Override
  public Future<AgedSample<Journal>> journal(ProcessQuery query) {
    return reject("journal " + query);
  }

  private static <T> Future<T> reject(String call) {
    return Future.failedFuture(new FleetException(Code.UNAVAILABLE, call));
  }
}
