// A child that never says that it is ready, and works for ever.
for (;;);
