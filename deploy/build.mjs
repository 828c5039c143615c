// Builds server and page into dist/, for installations that can not write their own folder. `npm start` does the same by itself.
import { buildPage, buildServer } from '../src/server/build.mjs'

buildServer()
buildPage()
