/**
 * Imported before the library, which reads this once as it loads: otherwise it sends events to Microsoft's server, and
 * leaves a device's number in the home folder and logs in the temporary one (since 1.29, on Linux and macOS).
 */
process.env.ORT_DISABLE_TELEMETRY = '1';
