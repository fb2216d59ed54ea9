package io.muster.bus.service;

import io.muster.bus.Address;
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

/**
 * Inspection of one host, on request. Served by the host's collector at {@link Address#collector},
 * which samples once for all concurrent requests, and does not sample without requests. Shares of
 * time are measured since the previous sample; if that is too old, the first reply takes a quarter
 * of a second longer. Fails with {@code TIMEOUT} if the host does not reply in time, with {@code
 * UNAVAILABLE} if a part of the result cannot be read, and with {@code INVALID_ARGUMENT} if the
 * host does not report individual processes.
 */
public interface InspectionService {
  /** Returns the fast-changing readings. */
  Future<AgedSample<Vitals>> vitals(SampleRequest request);

  /**
   * Returns the disks sorted by name, each followed by its partitions, then the devices that belong
   * to no disk.
   */
  Future<AgedSample<List<Disk>>> disks(SampleRequest request);

  /** Returns all processes, sorted by pid. */
  Future<AgedSample<List<ProcessUsage>>> processes(SampleRequest request);

  /** Returns one process; fails with {@code PROCESS_UNKNOWN} if it does not exist. */
  Future<AgedSample<ProcessDetail>> process(ProcessQuery query);

  /** Returns the journal entries of one process; for a host without a journal, a notice. */
  Future<AgedSample<Journal>> journal(ProcessQuery query);
}
