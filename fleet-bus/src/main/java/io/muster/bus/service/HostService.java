package io.muster.bus.service;

import io.muster.bus.Address;

/** All that the collector of one host answers at {@link Address#collector}. */
public interface HostService extends CollectorService, InspectionService {}
