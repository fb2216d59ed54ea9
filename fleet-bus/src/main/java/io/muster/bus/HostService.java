package io.muster.bus;

/** All that the collector of one host answers at {@link Address#collector}. */
public interface HostService extends CollectorService, InspectionService {}
