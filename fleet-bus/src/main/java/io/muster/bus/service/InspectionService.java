package io.muster.bus.service;

import io.muster.bus.Address;
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

/**
 * Looks at one host closely, on request. Answered by the host's collector at {@link
 * Address#collector}, which samples once for everybody who asks meanwhile, and nothing while nobody
 * asks. A share of time is one since the sample before; when that is long ago, the first answer
 * takes a quarter of a second more. Fails with {@code TIMEOUT} when the host does not answer in
 * time, with {@code UNAVAILABLE} when a part cannot be read, and with {@code INVALID_ARGUMENT} when
 * the host shows no single processes.
 */
public interface InspectionService {
  /** The fast-changing numbers. */
  Future<WithAge<Vitals>> vitals(SampleRequest request);

  /** The disks by name, each followed by its partitions, then what belongs to no disk. */
  Future<WithAge<List<Disk>>> disks(SampleRequest request);

  /** All processes, by pid. */
  Future<WithAge<List<ProcessUsage>>> processes(SampleRequest request);

  /** One process; fails with {@code PROCESS_UNKNOWN}. */
  Future<WithAge<ProcessDetail>> process(ProcessQuery query);

  /** What one process said to the journal; a host without one answers a notice. */
  Future<WithAge<Journal>> journal(ProcessQuery query);
}
