package io.muster.bus.service;

import io.muster.bus.Address;

/** All services of the collector of one host at {@link Address#collector}. */
public interface HostService extends CollectorService, InspectionService {}
